# Writes competing_input.csv, intervals_input.csv (patients) and competing_r.csv (what R says of them).
# Run in this folder: Rscript make_competing_r.R
suppressMessages({library(survival); library(cmprsk)})
options(digits = 15)

# Rounded times, so that events of both kinds and censorings share months.
set.seed(20240301, kind = "Mersenne-Twister")
n <- 90
progression <- rexp(n, 0.06)
death <- rexp(n, 0.03)
lost <- runif(n, 3, 36)
first <- pmin(progression, death, lost)
patients <- data.frame(
  cause = ifelse(lost == first, 0, ifelse(progression == first, 1, 2)),
  months = pmax(1, round(first))
)
write.csv(patients, "competing_input.csv", row.names = FALSE, quote = FALSE)
patients <- read.csv("competing_input.csv")
small <- patients[1:20, ]

rows <- list()
say <- function(case, name, value, tolerance, package, call) {
  version <- if (package == "base") paste("R", getRversion()) else paste("R", package, packageVersion(package))
  rows[[length(rows) + 1]] <<- data.frame(case, name, value = as.numeric(value), tolerance,
                                          citation = paste0(version, ": ", call))
}

competing <- function(case, d, horizons) {
  status <- factor(d$cause, 0:2, c("censored", "1", "2"))
  fit <- survfit(Surv(months, status) ~ 1, data = d, conf.type = "log-log")
  call <- "survfit(Surv(months, factor), conf.type = 'log-log')"
  other <- cuminc(d$months, d$cause)
  for (t in horizons) {
    at <- summary(fit, times = t)
    for (k in 1:2) {
      say(case, paste0("incidence_", k, "@", t), at$pstate[1, k + 1], 1e-12, "survival", call)
      say(case, paste0("standard_error_", k, "@", t), at$std.err[1, k + 1], 1e-12, "survival", call)
      say(case, paste0("low_", k, "@", t), at$lower[1, k + 1], 1e-10, "survival", call)
      say(case, paste0("high_", k, "@", t), at$upper[1, k + 1], 1e-10, "survival", call)
      say(case, paste0("cmprsk_", k, "@", t), timepoints(other, t)$est[k, 1], 1e-12, "cmprsk", "cuminc")
    }
    say(case, paste0("free@", t), at$pstate[1, 1], 1e-12, "survival", call)
    say(case, paste0("at_risk@", t), at$n.risk[1, 1], 0, "survival", call)
  }
}
competing("patients", patients, c(3, 8, 20))
competing("small", small, c(2, 6, 12))

# Radiotherapy arm of the breast cosmesis study (Finkelstein and Wolfe 1985, Biometrics 41:933), months to
# retraction between two visits; and simulated progression between scans every two months, some exact days among it.
cosmesis <- data.frame(
  left = c(45, 6, 0, 46, 46, 7, 17, 7, 37, 0, 4, 15, 11, 22, 46, 46, 25, 46, 26, 46, 27, 36, 46, 36, 37, 40, 17, 46,
           11, 38, 5, 37, 0, 18, 24, 36, 5, 19, 17, 24, 32, 33, 19, 37, 34, 36),
  right = c(Inf, 10, 7, Inf, Inf, 16, Inf, 14, 44, 8, 11, Inf, 15, Inf, Inf, Inf, 37, Inf, 40, Inf, 34, 44, Inf, 48,
            Inf, Inf, 25, Inf, 18, Inf, 12, Inf, 5, Inf, Inf, Inf, 11, 35, 25, Inf, Inf, Inf, 26, Inf, Inf, Inf))
event <- rexp(60, 0.1)
visit <- matrix(pmax(0.5, rep(seq(2, 24, 2), each = 60) + round(rnorm(720, 0, 0.4), 1)), 60)
visit <- t(apply(visit, 1, sort))
stop_at <- sample(4:12, 60, replace = TRUE)
scans <- t(sapply(1:60, function(i) {
  times <- visit[i, seq_len(stop_at[i])]
  c(max(0, times[times < event[i]]), min(Inf, times[times >= event[i]]))
}))
scans <- data.frame(left = scans[, 1], right = scans[, 2])
exact <- c(3, 17, 29, 44)
scans$left[exact] <- scans$right[exact] <- c(3.5, 6.2, 9.1, 4.4)
intervals <- rbind(cbind(case = "cosmesis", cosmesis), cbind(case = "scans", scans))
write.csv(intervals, "intervals_input.csv", row.names = FALSE, quote = FALSE)
intervals <- read.csv("intervals_input.csv")

for (case in c("cosmesis", "scans")) {
  d <- intervals[intervals$case == case, ]
  s <- Surv(ifelse(d$left == 0, NA, d$left), ifelse(is.infinite(d$right), NA, d$right), type = "interval2")
  fit <- survfit(s ~ 1, conf.type = "none")
  horizons <- if (case == "cosmesis") c(5, 7, 8, 12, 20, 25, 34, 40, 45) else c(3, 6, 8, 10, 15, 20)
  for (t in horizons) {
    say(case, paste0("survival@", t), summary(fit, times = t)$surv, 5e-4, "survival",
        "survfit(Surv(type = 'interval2')), which stops some steps before the maximum")
  }
}

table <- do.call(rbind, rows)
table$value <- trimws(format(table$value, digits = 15, trim = TRUE, scientific = FALSE, drop0trailing = TRUE))
write.csv(table, "competing_r.csv", row.names = FALSE)
