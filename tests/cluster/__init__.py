"""Several instances and what fails around them: a workload records a history, a checker judges it."""
