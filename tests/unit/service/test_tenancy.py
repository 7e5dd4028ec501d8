"""The one place where tenants are kept apart: whatever statement a session is given."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from greffier.store.database import Database, OfAnotherTenant
from greffier.store.migrate import is_current, migrate
from greffier.store.tables import Base, Owned, Template, Tenant, Version
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased


@pytest.fixture
async def database(store_url: URL) -> AsyncIterator[Database]:
    """An empty store on each kind of database, with two tenants and a template each."""
    database = Database(store_url)
    assert not await is_current(database)
    await migrate(database)
    assert await is_current(database)
    await migrate(database)
    async with database.write_all() as session:
        session.add_all([Tenant(slug="namur", title="Namur"), Tenant(slug="gent", title="Gent")])
    for tenant in ("namur", "gent"):
        async with database.write(tenant) as session:
            session.add(Template(slug="permit", title=tenant))
    yield database
    await database.close()


async def test_a_session_sees_its_tenants_rows_only(database: Database) -> None:
    other = aliased(Template)
    async with database.read("gent") as session:
        assert [row.title for row in await session.scalars(select(Template))] == ["gent"]
        assert await session.scalar(select(func.count(Template.id))) == 1
        assert list(await session.execute(select(Template.title))) == [("gent",)]
        assert list(await session.scalars(select(other.title))) == ["gent"]
        joined = select(Template.title, other.title).join(other, Template.slug == other.slug)
        assert list(await session.execute(joined)) == [("gent", "gent")]
        within = select(Tenant.slug).where(Tenant.slug.in_(select(Template.tenant)))
        assert list(await session.scalars(within)) == ["gent"]


async def test_a_row_of_another_tenant_cannot_be_had_by_its_number(database: Database) -> None:
    async with database.read("namur") as session:
        (namurs,) = await session.scalars(select(Template.id))
    async with database.read("gent") as session:
        assert await session.get(Template, namurs) is None


async def test_a_session_changes_its_tenants_rows_only(database: Database) -> None:
    async with database.write("gent") as session:
        await session.execute(update(Template).values(title="mine"))
    async with database.write("gent") as session:
        await session.execute(delete(Template).where(Template.slug == "permit"))
    async with database.read_all() as session:
        assert [row.title for row in await session.scalars(select(Template))] == ["namur"]


async def test_no_row_can_be_given_to_another_tenant(database: Database) -> None:
    with pytest.raises(OfAnotherTenant):
        async with database.write("gent") as session:
            session.add(Template(tenant="namur", slug="mine"))
    with pytest.raises(OfAnotherTenant):
        async with database.write("gent") as session:
            (row,) = await session.scalars(select(Template))
            row.tenant = "namur"
    with pytest.raises(OfAnotherTenant):
        async with database.write("gent") as session:
            session.add(Tenant(slug="x", title="x"))


async def test_statements_that_go_round_the_classes_are_refused(database: Database) -> None:
    for statement in (
        text("SELECT * FROM template"),
        select(Template.__table__.c.title),
        insert(Template).values(tenant="namur", slug="mine"),
    ):
        with pytest.raises(OfAnotherTenant):
            async with database.write("gent") as session:
                await session.execute(statement)


async def test_a_version_cannot_belong_to_a_template_of_another_tenant(database: Database) -> None:
    async with database.read("namur") as session:
        (namurs,) = await session.scalars(select(Template.id))
    with pytest.raises(IntegrityError):
        async with database.write("gent") as session:
            session.add(Version(template_id=namurs, number=1, digest="x", size=1, author="x"))


async def test_what_is_not_finished_is_not_there(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write("gent") as session:
            session.add(Template(slug="other"))
            await session.flush()
            raise RuntimeError
    async with database.read("gent") as session:
        assert list(await session.scalars(select(Template.slug))) == ["permit"]


def test_every_table_says_whose_its_rows_are() -> None:
    not_owned = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if not issubclass(mapper.class_, Owned)
    }
    # Tenants themselves, and what belongs to one tenant or to the installation.
    assert not_owned == {"Tenant", "Key", "Audit"}


async def test_the_migrations_make_the_tables_that_the_code_has(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    async with database.read_all() as session:
        connection = await session.connection()
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(
                    sync, opts={"compare_type": True, "include_name": _is_ours}
                ),
                Base.metadata,
            )
        )
    assert differences == []


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or not (name or "").startswith("procrastinate_")


async def test_changes_of_templates_are_counted_for_their_tenant(database: Database) -> None:
    before = {tenant: database.changes(tenant) for tenant in ("namur", "gent")}
    async with database.write("gent") as session:
        (row,) = await session.scalars(select(Template))
        row.title = "other"
    async with database.write_all() as session:
        for row in await session.scalars(select(Template).where(Template.tenant == "gent")):
            row.title = "another"
    async with database.write("namur") as session:
        await session.scalars(select(Template))
    after = {tenant: database.changes(tenant) for tenant in ("namur", "gent")}
    assert after == {"namur": before["namur"], "gent": before["gent"] + 2}
