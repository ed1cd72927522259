"""Attendance as the machine-readable document sanwu/attendance/1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.attendance_tables import group_figures, name_group
from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from sanwu_cli.attendance.figures import Figures, Tally
    from sanwu_cli.attendance.records import DutyOutcome, Proposal, StepRecord, Visit
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.model import Source


def attendance_as_json(view: AttendanceView, by: str) -> dict[str, object]:
    """Give the attendance as sanwu/attendance/1, without findings and counts."""
    return {
        "schema": "sanwu/attendance/1",
        "period": str(view.period),
        "as_of": view.as_of.isoformat(),
        "rules": {
            "makeup_workdays": view.rules.makeup_workdays,
            "absences_per_quarter": view.rules.absences_per_quarter,
        },
        "by": by,
        "figures": [_figures_as_json(view, by, one) for one in group_figures(view, by)],
        "duties": [_duty_as_json(outcome) for outcome in view.outcomes],
        "unplanned": [_visit_as_json(visit) for visit in view.unplanned],
        "unresolved": [_visit_as_json(visit) for visit in view.unresolved],
        "villages": [
            {
                "area_code": one.area_code,
                "township_code": one.township_code,
                "month": str(one.month),
                "days": {"low": one.low, "high": one.high},
                "needed": one.needed,
                "answer": one.answer.value,
                "sources": [source_as_json(source) for source in one.sources],
            }
            for one in view.villages
        ],
        "proposals": [proposal_as_json(one) for one in view.proposals],
        "other_steps": [_step_as_json(one) for one in view.loose],
        "sheets": [
            {
                "area_code": span.area_code,
                "of_villages": span.of_villages,
                "first": span.first.isoformat(),
                "last": span.last.isoformat(),
                "source": source_as_json(span.source),
            }
            for span in view.spans
            if span.first <= view.period.last.last_day and span.last >= view.period.first.first_day
        ],
    }


def _figures_as_json(view: AttendanceView, by: str, one: Figures) -> dict[str, object]:
    return {
        "key": one.key,
        "name": name_group(view, by, one.key),
        "duties": one.duties,
        **{status.value: one.statuses[status] for status in Attendance},
        "late": one.late,
        "left_early": one.early,
        "unplanned": one.unplanned,
        "consulted": _tally_as_json(one.consulted),
        "mediated": _tally_as_json(one.mediated),
    }


def _tally_as_json(tally: Tally) -> dict[str, object]:
    return {"low": tally.low, "high": tally.high, "blank": tally.blank, "lines": tally.lines}


def _duty_as_json(outcome: DutyOutcome) -> dict[str, object]:
    duty = outcome.duty
    return {
        "date": duty.date.isoformat(),
        "area_code": duty.area_code,
        "township_code": duty.township_code,
        "role": duty.role.value,
        "person_id": duty.person_id,
        "person": duty.person,
        "unit": duty.unit,
        "basis": duty.basis.value,
        "hours": duty.hours,
        "status": outcome.status.value,
        "late": outcome.is_late,
        "left_early": outcome.left_early,
        "time_known": outcome.is_time_known,
        "signed_in_at": outcome.signed_in_at,
        "signed_out_at": outcome.signed_out_at,
        "substitute_id": outcome.substitute_id,
        "made_up_on": outcome.made_up_on.isoformat() if outcome.made_up_on else None,
        "corrected_on": outcome.corrected_on.isoformat() if outcome.corrected_on else None,
        "why": outcome.why,
        "roster_source": source_as_json(duty.source) if duty.source else None,
        "sources": [source_as_json(source) for source in outcome.sources],
    }


def _visit_as_json(visit: Visit) -> dict[str, object]:
    record = visit.record
    return {
        "date": record.day.isoformat() if record.day else None,
        "person": record.person,
        "unit": record.unit,
        "person_ids": list(visit.person_ids),
        "candidates": list(visit.candidates),
        "area_code": record.place.area_code if record.place else None,
        "township_code": record.place.township_code if record.place else None,
        "problem": visit.problem,
        "source": source_as_json(record.source),
    }


def proposal_as_json(one: Proposal) -> dict[str, object]:
    """Give one step."""
    return {
        "person_id": one.person_id,
        "person": one.person,
        "unit": one.unit,
        "township_code": one.township_code,
        "area_code": one.area_code,
        "absent_on": one.absent_on.isoformat(),
        "step": one.step.value,
        "due_on": one.due_on.isoformat(),
        "state": one.state.value,
        "clause": one.clause,
        "why": one.why,
        "basis": one.basis.value if one.basis else None,
        "done_on": one.done_on.isoformat() if one.done_on else None,
        "document_number": one.document_number,
        "evidence": [source_as_json(source) for source in one.evidence],
    }


def _step_as_json(record: StepRecord) -> dict[str, object]:
    return {
        "person_id": record.person_id,
        "step": record.step.value,
        "made_on": record.made_on.isoformat(),
        "absent_on": record.absent_on.isoformat() if record.absent_on else None,
        "mended": record.is_mended,
        "document_number": record.document_number,
        "source": source_as_json(record.source),
    }


def source_as_json(source: Source) -> dict[str, object]:
    """Give where a line stands; file empty: a command wrote it."""
    return {"file": source.file, "sheet": source.sheet, "row": source.row}
