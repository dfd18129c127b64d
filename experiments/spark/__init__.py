"""What labelling on Spark costs, beside `predict_file`, and what it would cost for very many statements."""
