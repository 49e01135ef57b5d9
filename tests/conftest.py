"""What holds for all tests: properties say nothing of time, so that a busy machine fails none of them, and all modules
are there before the first scan, whose workers would otherwise load them anew each time. Tests that ask which modules a
run loads start a process of their own."""

import importlib
import pkgutil

from hypothesis import HealthCheck, settings

import tlsscan

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

for module in pkgutil.walk_packages(tlsscan.__path__, f"{tlsscan.__name__}."):
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
