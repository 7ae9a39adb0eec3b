# Writes growth_input.csv (simulated sums of diameters) and growth_r.csv (what R's nls says of them).
# Run in this folder: Rscript make_growth_r.R
options(digits = 15)
set.seed(20240302, kind = "Mersenne-Twister")
day <- c(0, 42, 85, 126, 170, 210, 254, 294, 335, 378)
truth <- list(
  gd = exp(-0.012 * day) + exp(0.0016 * day) - 1,
  gx = exp(0.0035 * day),
  dx = exp(-0.007 * day),
  gdphi = 0.25 * exp(0.003 * day) + 0.75 * exp(-0.02 * day)
)
model <- list(
  gd = f ~ exp(-d * day) + exp(g * day) - 1,
  gx = f ~ exp(g * day),
  dx = f ~ exp(-d * day),
  gdphi = f ~ (1 - phi) * exp(g * day) + phi * exp(-d * day)
)
start <- list(gd = c(g = 0.002, d = 0.01), gx = c(g = 0.003), dx = c(d = 0.006),
              gdphi = c(g = 0.002, d = 0.02, phi = 0.7))
input <- list(); rows <- list()
for (case in names(truth)) {
  mm <- round(90 * truth[[case]] * (1 + c(0, rnorm(length(day) - 1, 0, 0.03))), 1)
  input[[case]] <- data.frame(case, day, mm)
  d <- data.frame(day, f = mm / mm[1])
  fit <- nls(model[[case]], d, start = start[[case]], control = nls.control(tol = 1e-8, maxiter = 500, minFactor = 1e-9))
  table <- summary(fit)$coefficients
  say <- function(name, value, relative) {
    rows[[length(rows) + 1]] <<- data.frame(case, name, value, relative,
                                            citation = paste0("R ", getRversion(), ": nls, model ", case))
  }
  for (one in rownames(table)) {
    say(one, table[one, 1], 1e-6)
    say(paste0(one, "_se"), table[one, 2], 1e-5)
    say(paste0(one, "_p"), table[one, 4], 1e-4)
  }
  say("aic", -2 * as.numeric(logLik(fit)) + 2 * nrow(table), 1e-6)
}
write.csv(do.call(rbind, input), "growth_input.csv", row.names = FALSE, quote = FALSE)
table <- do.call(rbind, rows)
table$value <- format(table$value, digits = 15, trim = TRUE)
write.csv(table, "growth_r.csv", row.names = FALSE)
