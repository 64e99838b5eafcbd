"""Tables that the application may add to and hardly change, said where a table is declared.

Triggers hold these laws for everybody, the owner included; rights hold them before any trigger is asked, and where one
was switched off. Every run of a service's migrations revokes these rights again from everybody but the owner:
default privileges give them with each new table, and an operator may have granted more in between.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, text

CHANGES = "changes"


def only_added(*changes: str) -> dict[str, Any]:
    """Last of a table's `__table_args__`: rows are added and stay, but for the columns named here."""
    return {"info": {CHANGES: changes}}


HELD = text(
    """
    SELECT format('%I.%I', kept.relnamespace::regnamespace, kept.relname) AS name,
        CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(role.rolname) END AS grantee,
        bool_or(held.privilege_type = 'UPDATE' AND held.grantee <> 0) AS changed,
        array(
            SELECT quote_ident(attname) FROM pg_attribute
            WHERE attrelid = kept.oid AND attname = ANY(CAST(:changes AS name[])) ORDER BY attnum
        ) AS columns
    FROM pg_class AS kept CROSS JOIN LATERAL (
        SELECT one.* FROM aclexplode(kept.relacl) AS one
        UNION ALL
        SELECT one.* FROM pg_attribute, aclexplode(attacl) AS one WHERE attrelid = kept.oid
    ) AS held LEFT JOIN pg_roles AS role ON role.oid = held.grantee
    WHERE kept.oid = to_regclass(quote_ident(:name)) AND held.grantee <> kept.relowner
        AND held.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
    GROUP BY kept.oid, held.grantee, role.rolname ORDER BY role.rolname
    """
)


def restrict(connection: Connection, metadata: MetaData) -> None:
    """Leave whoever may change these tables, and is not their owner, what their declarations say."""
    for table in metadata.sorted_tables:
        changes = table.info.get(CHANGES)
        if changes is None:
            continue
        held = connection.execute(HELD, {"name": table.name, "changes": list(changes)}).all()
        for name, grantee, changed, columns in held:
            connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {grantee}"))
            if changed and columns:
                connection.execute(text(f"GRANT UPDATE ({', '.join(columns)}) ON {name} TO {grantee}"))
