# Turnbull's estimate for the cosmesis data by plain self-consistency over all gaps between ends, in base R:
#   Rscript tests/reference/make_turnbull_em.R
d <- read.csv("tests/reference/intervals_input.csv")
d <- d[d$case == "cosmesis", ]
left <- as.numeric(d$left)
right <- as.numeric(sub("inf", "Inf", d$right, fixed = TRUE))
ends <- sort(unique(c(left, right)))
from <- head(ends, -1)
to <- tail(ends, -1)
inside <- outer(left, from, "<=") & outer(right, to, ">=")
mass <- rep(1 / length(from), length(from))
for (step in 1:200000) {
  share <- sweep(inside, 2, mass, "*")
  new <- colMeans(share / rowSums(share))
  if (max(abs(new - mass)) < 1e-14) break
  mass <- new
}
kept <- mass > 1e-6
print(data.frame(from = from[kept], to = to[kept], mass = signif(mass[kept], 8)), digits = 8)
