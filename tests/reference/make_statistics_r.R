# Writes statistics_input.csv (simulated patients) and statistics_r.csv (what R says of them).
# Run in this folder: Rscript make_statistics_r.R [path to lifelines/lung.csv, checked against survival::lung]
suppressMessages({
  library(survival); library(pROC); library(rms); library(pec); library(riskRegression); library(prodlim)
})
options(digits = 15)

# Rounded times and scores, so that ties of every kind occur.
set.seed(20240229, kind = "Mersenne-Twister")
n <- 120
risk <- round(rnorm(n), 1)
failure <- rexp(n, 0.06 * exp(0.6 * risk))
lost <- runif(n, 2, 40)
score <- round(rnorm(n), 1)
other <- round(0.6 * score + rnorm(n), 1)
patients <- data.frame(
  event = as.integer(failure <= lost),
  months = pmax(1, round(pmin(failure, lost))),
  risk = risk,
  group = sample(1:3, n, replace = TRUE),
  y = as.integer(runif(n) < plogis(-0.8 + 0.9 * score)),
  score = score,
  other = other,
  probability = round(plogis(-0.3 + 1.5 * score), 4)
)
write.csv(patients, "statistics_input.csv", row.names = FALSE, quote = FALSE)
patients <- read.csv("statistics_input.csv")
small <- patients[1:24, ]
lung <- with(survival::lung, data.frame(
  event = as.integer(status == 2), months = time, risk = age, group = sex,
  y = as.integer(sex == 2), score = age, other = ph.ecog, probability = NA))
lung <- lung[!is.na(lung$other), ]

rows <- list()
say <- function(case, name, value, tolerance, package, call) {
  version <- if (package == "base") paste("R", getRversion()) else paste("R", package, packageVersion(package))
  rows[[length(rows) + 1]] <<- data.frame(case, name, value = as.numeric(value), tolerance,
                                          citation = paste0(version, ": ", call))
}

ranking <- function(case, d) {
  curve <- roc(d$y, d$score, direction = "<", levels = c(0, 1), quiet = TRUE)
  interval <- ci.auc(curve, method = "delong")
  say(case, "auc", auc(curve), 1e-12, "pROC", "auc(roc(y, score))")
  say(case, "delong_low", interval[1], 1e-10, "pROC", "ci.auc(method = 'delong')")
  say(case, "delong_high", interval[3], 1e-10, "pROC", "ci.auc(method = 'delong')")
  second <- roc(d$y, d$other, direction = "<", levels = c(0, 1), quiet = TRUE)
  test <- roc.test(curve, second, method = "delong", paired = TRUE)
  say(case, "delong_difference", auc(curve) - auc(second), 1e-12, "pROC", "roc.test(paired = TRUE)")
  say(case, "delong_difference_p", test$p.value, 1e-10, "pROC", "roc.test(paired = TRUE)")
  say(case, "delong_difference_low", test$conf.int[1], 1e-10, "pROC", "roc.test(paired = TRUE)$conf.int")
  say(case, "delong_difference_high", test$conf.int[2], 1e-10, "pROC", "roc.test(paired = TRUE)$conf.int")
  places <- coords(curve, x = 0.5, input = "threshold", ret = c("fpr", "tpr"))
  say(case, "roc_false_positive_rate", places$fpr, 1e-12, "pROC", "coords(x = 0.5)")
  say(case, "roc_true_positive_rate", places$tpr, 1e-12, "pROC", "coords(x = 0.5)")
}

following <- function(case, d, tau, horizons) {
  s <- Surv(d$months, d$event)
  fit <- concordance(s ~ d$risk, reverse = TRUE)
  say(case, "concordance", fit$concordance, 1e-12, "survival", "concordance(reverse = TRUE)")
  coarse <- round(d$risk / 2)
  say(case, "concordance_coarse", concordance(s ~ coarse, reverse = TRUE)$concordance, 1e-12, "survival",
      "concordance(reverse = TRUE), risk rounded to twos")
  for (last in c(tau, max(d$months))) {
    uno <- concordance(s ~ d$risk, reverse = TRUE, timewt = "n/G2", ymax = last)
    say(case, paste0("concordance_uno@", last), uno$concordance, 1e-10, "survival",
        "concordance(timewt = 'n/G2', ymax = tau)")
  }
  km <- survfit(s ~ 1, conf.type = "log-log")
  for (t in horizons) {
    at <- summary(km, times = t)
    say(case, paste0("survival@", t), at$surv, 1e-12, "survival", "survfit(conf.type = 'log-log')")
    say(case, paste0("survival_low@", t), at$lower, 1e-10, "survival", "survfit(conf.type = 'log-log')")
    say(case, paste0("survival_high@", t), at$upper, 1e-10, "survival", "survfit(conf.type = 'log-log')")
    say(case, paste0("at_risk@", t), at$n.risk, 0, "survival", "survfit()")
  }
  for (p in c(0.25, 0.5, 0.75)) {
    say(case, paste0("quantile@", p), quantile(km, p)$quantile, 1e-12, "survival", "quantile.survfit")
  }
  half <- quantile(km, 0.5)
  say(case, "median_low", half$lower, 1e-12, "survival", "quantile.survfit, log-log")
  say(case, "median_high", half$upper, 1e-12, "survival", "quantile.survfit, log-log")
  test <- survdiff(s ~ d$group)
  freedom <- length(test$n) - 1
  say(case, "logrank_chi2", test$chisq, 1e-10, "survival", "survdiff")
  say(case, "logrank_p", pchisq(test$chisq, freedom, lower.tail = FALSE), 1e-12, "survival", "survdiff")
  reverse <- prodlim(Hist(months, event) ~ 1, data = d, reverse = TRUE)
  for (t in horizons) {
    say(case, paste0("censoring@", t), predict(reverse, times = t, type = "surv"), 1e-12, "prodlim",
        "prodlim(reverse = TRUE)")
    say(case, paste0("censoring_before@", t), predict(reverse, times = t - 1e-6, type = "surv"), 1e-12,
        "prodlim", "prodlim(reverse = TRUE), just before t")
  }
  cox <- coxph(s ~ risk, data = d, ties = "breslow", control = coxph.control(eps = 1e-11, iter.max = 50))
  say(case, "cox_slope", coef(cox), 1e-8, "survival", "coxph(ties = 'breslow')")
  say(case, "cox_slope_se", sqrt(vcov(cox)[1]), 1e-8, "survival", "coxph(ties = 'breslow')")
  still <- coxph(s ~ I(risk / sd(risk)), data = d, ties = "breslow", init = 1, iter.max = 0)
  say(case, "partial_log_likelihood", still$loglik[2], 1e-9, "survival",
      "coxph(init = 1, iter.max = 0), risk over its SD")
  # A prediction in closed form: exponential survival whose rate grows with the standardised risk.
  predicted <- function(t) exp(-outer(exp(0.5 * (d$risk - mean(d$risk)) / sd(d$risk)), t / (2 * mean(d$months))))
  grid <- sort(unique(c(horizons, seq(min(horizons), max(horizons), length.out = 7))))
  error <- pec(list(m = cbind(1, predicted(grid))), Surv(months, event) ~ 1, data = d, times = grid, exact = FALSE,
               cens.model = "marginal", reference = FALSE, verbose = FALSE)
  scores <- error$AppErr$m[match(grid, error$time)]
  for (t in horizons) {
    say(case, paste0("brier_survival_pec@", t), scores[grid == t], 1e-10, "pec", "pec(cens.model = 'marginal')")
    graf <- Score(list(m = matrix(1 - predicted(t), ncol = 1)), Surv(months, event) ~ 1, data = d, times = t,
                  metrics = "brier", null.model = FALSE, cens.model = "km", se.fit = FALSE)
    say(case, paste0("brier_survival_score@", t), graf$Brier$score$Brier, 1e-10, "riskRegression", "Score")
  }
  area <- sum(diff(grid) * (head(scores, -1) + tail(scores, -1)) / 2) / diff(range(grid))
  say(case, "integrated_brier", area, 1e-10, "pec", "pec(), trapezoids over its Brier scores")
  risk_at <- 1 - predicted(horizons[2])[, 1]
  top <- d[risk_at > median(risk_at), ]
  upper <- summary(survfit(Surv(months, event) ~ 1, data = top, conf.type = "log-log"), times = horizons[2])
  say(case, "top_half_observed", 1 - upper$surv, 1e-12, "survival", "survfit of those above the median risk")
  say(case, "top_half_low", 1 - upper$upper, 1e-10, "survival", "survfit of those above the median risk")
  say(case, "top_half_high", 1 - upper$lower, 1e-10, "survival", "survfit of those above the median risk")
}

calibrating <- function(case, d) {
  measures <- suppressWarnings(val.prob(d$probability, d$y, pl = FALSE))
  tight <- glm.control(epsilon = 1e-14, maxit = 100)
  logit <- qlogis(d$probability)
  slope <- coef(glm(y ~ logit, binomial, d, control = tight))[2]
  large <- coef(glm(y ~ offset(logit), binomial, d, control = tight))[1]
  say(case, "calibration_slope", measures["Slope"], 1e-4, "rms", "val.prob()['Slope']")
  say(case, "calibration_slope_glm", slope, 1e-8, "base", "glm(y ~ qlogis(p), binomial)")
  say(case, "calibration_intercept", large, 1e-8, "base", "glm(y ~ offset(qlogis(p)), binomial)")
  say(case, "brier", measures["Brier"], 1e-12, "rms", "val.prob()['Brier']")
  scaled <- 1 - mean((d$probability - d$y)^2) / mean((mean(d$y) - d$y)^2)
  say(case, "scaled_brier", scaled, 1e-12, "base", "1 - Brier / Brier of the prevalence")
  likelihood <- sum(dbinom(d$y, 1, d$probability, log = TRUE))
  say(case, "log_loss", -likelihood / nrow(d), 1e-12, "base", "dbinom(log = TRUE)")
  wilson <- prop.test(sum(d$y), nrow(d), correct = FALSE)$conf.int
  say(case, "wilson_low", wilson[1], 1e-12, "base", "prop.test(correct = FALSE)")
  say(case, "wilson_high", wilson[2], 1e-12, "base", "prop.test(correct = FALSE)")
}

for (case in c("patients", "small", "lung")) ranking(case, get(case))
following("patients", patients, 12, c(4, 9, 18))
following("small", small, 12, c(4, 9, 15))
following("lung", lung, 365, c(100, 310, 500))
for (case in c("patients", "small")) calibrating(case, get(case))

# Thirteen p-values in closed form, two of them tied.
p <- c((1:12 / 13)^3, (5 / 13)^3)
adjusted <- p.adjust(p, "BH")
for (i in seq_along(p)) say("thirteen", paste0("benjamini_hochberg@", i - 1), adjusted[i], 1e-14, "base",
                            "p.adjust(method = 'BH')")

table <- do.call(rbind, rows)
table$value <- format(table$value, digits = 15, trim = TRUE, scientific = FALSE)
table$value <- trimws(table$value)
write.csv(table, "statistics_r.csv", row.names = FALSE)

given <- commandArgs(trailingOnly = TRUE)
if (length(given)) {
  shared <- read.csv(given[1])
  stopifnot(identical(as.integer(shared$time), as.integer(survival::lung$time)),
            identical(as.integer(shared$age), as.integer(survival::lung$age)))
  print(table(shared$status, survival::lung$status))
}
