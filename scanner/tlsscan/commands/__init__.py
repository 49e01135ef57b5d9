"""One module a command, named like it. Each has `run(arguments)`, which gives the exit status."""
