"""What holds for all tests: a slow moment of the machine is no failure, so Hypothesis looks at no clock."""

from hypothesis import HealthCheck, settings

settings.register_profile("without a clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without a clock")
