"""How every command runs: numbers as options, standard streams, failures that end as one sentence and a log."""
