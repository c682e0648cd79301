"""The pages that every register has."""

from registers.views.change import RecordAdd, RecordBulk, RecordChange, RecordDelete, RecordTransition
from registers.views.listing import RecordExport, RecordList
from registers.views.record import RecordDetail, RecordHistory, RecordView

__all__ = [
    "RecordAdd", "RecordBulk", "RecordChange", "RecordDelete", "RecordDetail", "RecordExport", "RecordHistory",
    "RecordList", "RecordTransition", "RecordView",
]  # fmt: skip
