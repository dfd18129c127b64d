"""The whole UN General Debate, labelled: each stance over the years, sanctions, and self-reliance."""
