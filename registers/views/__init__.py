"""The pages that every register has."""

from registers.views.change import RecordAdd, RecordBulk, RecordChange, RecordDelete, RecordTransition
from registers.views.listing import RecordExport, RecordList
from registers.views.record import RecordDetail, RecordHistory, RecordView
from registers.views.taking import RecordTake
from registers.views.together import RecordTogether

__all__ = [
    "RecordAdd", "RecordBulk", "RecordChange", "RecordDelete", "RecordDetail", "RecordExport", "RecordHistory",
    "RecordList", "RecordTake", "RecordTogether", "RecordTransition", "RecordView",
]  # fmt: skip
