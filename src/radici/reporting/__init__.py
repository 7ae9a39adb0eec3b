"""Evaluation in; figures, the data behind them, and one readable document out."""
