# Makes glmnet.csv: elastic-net paths of glmnet and Breslow baselines of survival, on data any language can rebuild.
#     Rscript tests/reference/make_glmnet.R > tests/reference/glmnet.csv
suppressPackageStartupMessages({library(glmnet); library(survival)})
glmnet.control(fdev = 0)  # no early stop on small gains

# Park and Miller's minimal standard generator (1988): whole numbers below 2^53, exact in doubles
uniforms <- function(count, state) {
  out <- numeric(count)
  for (k in seq_len(count)) { state <- (16807 * state) %% 2147483647; out[k] <- state / 2147483647 }
  out
}
patients <- function(n, p, seed) {
  u <- uniforms(n * (p + 4), seed)
  raw <- matrix(u[1:(n * p)], n, p, byrow = TRUE)
  noise <- matrix(u[-(1:(n * p))], n, 4, byrow = TRUE)
  X <- raw + 0.5 * noise[, 1]                     # a common part, so that columns correlate
  X <- sweep(X, 2, colMeans(X))
  X <- sweep(X, 2, sqrt(colMeans(X^2)), "/")
  score <- X[, 1] - 0.7 * X[, 2] + 0.5 * X[, 3]
  list(X = X, y = as.numeric(noise[, 2] < 1 / (1 + exp(-score))),
       event = as.numeric(noise[, 3] < 0.7),
       months = ceiling(-6 * log(noise[, 4]) * exp(-score)),   # whole months: many ties
       weights = 1 + floor(3 * noise[, 1]))
}
made_by <- function(package)
  sprintf("%s %s on R %s", package, packageDescription(package)$Version, getRversion())
cat("case,family,rows,columns,seed,l1_ratio,penalty,term,value,tolerance,source\n")
line <- function(case, family, n, p, seed, ratio, penalty, term, value, tolerance)
  cat(sprintf("%s,%s,%d,%d,%d,%s,%.17g,%s,%.15g,%s,%s\n", case, family, n, p, seed, ratio, penalty, term, value,
              tolerance, made_by(if (family == "breslow") "survival" else "glmnet")))

for (shape in list(c(80, 10, 11), c(40, 50, 12))) {
  n <- shape[1]; p <- shape[2]; seed <- shape[3]
  d <- patients(n, p, seed)
  for (family in c("logistic", "weighted", "cox")) for (ratio in c(1, 0.5, 0.05)) {
    y <- if (family == "cox") Surv(d$months, d$event) else d$y
    w <- if (family == "weighted") d$weights else rep(1, n)
    kind <- if (family == "cox") "cox" else "binomial"
    case <- sprintf("%s_%dx%d_%s", family, n, p, ratio)
    own <- glmnet(d$X, y, kind, weights = w, alpha = ratio, standardize = FALSE, nlambda = 20)
    line(case, family, n, p, seed, ratio, own$lambda[1], "largest_penalty", own$lambda[1], "1e-9")
    penalties <- own$lambda[1] * 0.05^((1:5) / 5)
    fit <- glmnet(d$X, y, kind, weights = w, alpha = ratio, standardize = FALSE, lambda = penalties,
                  thresh = 1e-20, maxit = 1e8)        # at 1e-14 its own error is up to 7e-6 where p > n
    stopifnot(length(fit$lambda) == 5, fit$jerr == 0)
    for (k in 1:5) {
      if (family != "cox") line(case, family, n, p, seed, ratio, penalties[k], "intercept", fit$a0[k], "1e-6")
      for (j in which(fit$beta[, k] != 0))       # a column that is not listed is 0
        line(case, family, n, p, seed, ratio, penalties[k], sprintf("x%d", j), fit$beta[j, k], "1e-6")
    }
  }
}
d <- patients(80, 10, 11)
model <- coxph(Surv(d$months, d$event) ~ d$X[, 1:3], ties = "breslow", init = c(1, -0.7, 0.5),
               control = coxph.control(iter.max = 0))
base <- basehaz(model, centered = FALSE)
base <- base[base$time %in% d$months[d$event == 1], ]
for (k in seq_len(nrow(base)))
  line("breslow_80x10", "breslow", 80, 10, 11, "", 0, sprintf("month%d", base$time[k]), base$hazard[k], "1e-12")
