"""The functions that compare a row with its case, its party, its round and its entry of the ledger."""

import re
from pathlib import Path
from typing import ClassVar

from django.db import migrations

FUNCTIONS = (Path(__file__).parent / "0006_functions.sql").read_text()
NAMES = re.findall(r"CREATE FUNCTION (\w+)\(", FUNCTIONS)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partnerships", "0005_partnership_status"), ("ledger", "0003_next_entry")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTIONS, reverse_sql="".join(f"DROP FUNCTION {name};" for name in reversed(NAMES))
        ),
    ]
