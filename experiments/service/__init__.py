"""How fast the service is: throughput, latency and memory under load."""
