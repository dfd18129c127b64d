"""TweetEval's stance task, scored as the literature scores it."""
