"""Whatever is given, there is a result within its bounds, or an InputError and nothing else."""
