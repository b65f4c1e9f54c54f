"""Models judged on public benchmarks, and the report."""
