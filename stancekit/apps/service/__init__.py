"""The service: predictions, explanations and articles over HTTP, and a page for people."""
