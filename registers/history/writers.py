"""Which transactions of this database are writing: asked by what must not take rows that commit late for rows that are not there.

A transaction holds the lock on its number from before its first row of history until its rows can be seen. Followers keep a
snapshot instead: they ask what was written since a moment long past, of which no lock tells.
"""

from django.db import connection

# One that is not known to belong to another database of the server counts.
WRITERS = """
SELECT transactionid::text FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
WHERE locktype = 'transactionid' AND granted AND coalesce(datname, current_database()) = current_database()
"""


def writers() -> set[str]:
    """Return the numbers of the transactions that are writing, this connection's own among them."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {number for (number,) in cursor}
