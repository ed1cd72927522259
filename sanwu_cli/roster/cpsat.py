"""CP-SAT asked so that the answer depends on the question alone: one worker, one seed, no clock."""

from __future__ import annotations

from math import ceil
from typing import Any

_SLACK = 1e-6  # the solver tells whole numbers as floating ones


def make_solver(effort: float, *, is_linear: bool = True, with_core: bool = False) -> Any:  # noqa: ANN401
    """Make a solver that stops after `effort` of its own deterministic time.

    `is_linear` lets it lean on linear relaxations, which prove the most here; `with_core` makes it build its
    bound up from what cannot all be had. The library has no types.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and only where flows do not do

    solver: Any = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = effort
    solver.parameters.optimize_with_core = with_core
    # Its handler of Ctrl-C would take the place of the program's, and leave none behind.
    solver.parameters.catch_sigint_signal = False
    if is_linear:
        solver.parameters.linearization_level = 2
    return solver


def read_bound(solver: Any) -> int:  # noqa: ANN401
    """Give the proven lower bound of what was minimised, a whole number that is never negative."""
    found: float = solver.best_objective_bound
    return max(0, ceil(found - _SLACK))
