"""What migrations change of what stood in a release, on purpose: each entry by whoever writes the migration, with its reason.

Keys are "table" or "table.column" as they stood in the release. Without an entry nothing may be lost or altered.
"""

MEANT: dict[str, str] = {
    "casefile_todo": "a projection: whoever migrates has it worked out anew; 待签 is a column and no longer begins the title",
}
