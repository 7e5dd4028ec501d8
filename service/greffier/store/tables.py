"""The tables: everything the service remembers, except bytes.

Bytes (templates, fonts, results) are blobs, named in the rows by their SHA-256. Rows that
belong to a tenant are :class:`Owned`; ``database.py`` lets a tenant's session see no others.
Moments are UTC. No column holds data of a document, save ``Sample.data``, which a designer
made up, and the file name that a caller gave a document, which goes when the document goes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: Constraints have names, so that migrations can speak of them on both databases.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: A counting primary key: SQLite counts only in columns of the type INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def now() -> datetime:
    """Give the present moment, as columns hold it."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zones, so it is put back on reading."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: nobody knows when that was."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it with its zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  as SQLAlchemy documents it
        datetime: Moment(timezone=True),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[Any]: JSON(),
    }


class Owned:
    """A row that belongs to a tenant; see ``database.py`` for how that is kept."""

    tenant: Mapped[str] = mapped_column(String(63), ForeignKey("tenant.slug"), index=False)


class Tenant(Base):
    """A municipality, a welfare centre; or ``commons``, whose templates all share."""

    __tablename__ = "tenant"

    slug: Mapped[str] = mapped_column(String(63), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: Its keys are refused from then on; its documents and templates stay.
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: What differs for it from the settings: quotas, how long results are kept; see ``tenants.py``.
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Key(Base):
    """An API key. Its text is shown once and kept only as a hash.

    It is not :class:`Owned`, because the key says who the tenant is; without a tenant it is a key
    of the installation's operator.
    """

    __tablename__ = "key"

    #: The public half of its text, by which it is found and told of.
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    tenant: Mapped[str | None] = mapped_column(
        String(63), ForeignKey("tenant.slug"), index=True, default=None
    )
    #: What people call it; unique in the tenant among those that count.
    name: Mapped[str] = mapped_column(String(100))
    #: SHA-256 of the whole text, hexadecimal.
    hash: Mapped[str] = mapped_column(String(64))
    roles: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Exact to some minutes.
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class Template(Owned, Base):
    """A template or a block, by name; what it says is in its versions."""

    __tablename__ = "template"
    __table_args__ = (
        UniqueConstraint("tenant", "slug"),
        UniqueConstraint("tenant", "id"),  # so that versions can point at both
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100))
    #: ``template`` or ``block``.
    kind: Mapped[str] = mapped_column(String(10), default="template")
    title: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(100), default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    #: BCP 47; empty: not said.
    language: Mapped[str] = mapped_column(String(35), default="")
    #: The formats that may be made of it; empty: all.
    formats: Mapped[list[str]] = mapped_column(default=list)
    #: What fills it when a request does not say; empty: the operator's default.
    engine: Mapped[str] = mapped_column(String(20), default="")
    #: Title, description, slug, category and tags in lower case without accents, to be searched.
    searched: Mapped[str] = mapped_column(Text, default="")
    #: Number of the version that counts; None: there is none yet, or no more.
    published: Mapped[int | None] = mapped_column(default=None)
    #: Number of the newest version.
    latest: Mapped[int] = mapped_column(default=0)
    #: Where it was adopted from: ``commons/accuse-reception``, its version and that one's digest.
    origin: Mapped[str] = mapped_column(String(170), default="")
    origin_version: Mapped[int | None] = mapped_column(default=None)
    origin_digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None] = mapped_column(default=None)


class Version(Owned, Base):
    """One version: its bytes never change."""

    __tablename__ = "version"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "template_id"], ["template.tenant", "template.id"]),
        UniqueConstraint("template_id", "number"),
        Index("ix_version_tenant_digest", "tenant", "digest"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    template_id: Mapped[int] = mapped_column(_Id)
    #: From 1, without gaps.
    number: Mapped[int]
    #: SHA-256 of the designer's bytes, hexadecimal, and the name of the blob.
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    #: Name of the key that brought it.
    author: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text, default="")
    #: The designer's own JSON Schema: SHA-256 and blob; empty: there is none.
    schema_digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When it was found to have no mistakes; None: it is a draft.
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    errors: Mapped[int | None] = mapped_column(default=None)
    warnings: Mapped[int | None] = mapped_column(default=None)
    #: Last report and description: findings, derived schema, fields, blocks, fonts.
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: When it went live for the first time; None: it never did.
    published_at: Mapped[datetime | None] = mapped_column(default=None)


class Inclusion(Owned, Base):
    """That a version includes a block, by name: for "where is it used?"."""

    __tablename__ = "inclusion"
    __table_args__ = (Index("ix_inclusion_tenant_block", "tenant", "block"),)

    version_id: Mapped[int] = mapped_column(_Id, ForeignKey("version.id"), primary_key=True)
    block: Mapped[str] = mapped_column(String(100), primary_key=True)


class Publication(Owned, Base):
    """That a version went live, or that none does any more: the history to go back in."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    template_id: Mapped[int] = mapped_column(_Id, ForeignKey("template.id"), index=True)
    #: None: it was withdrawn.
    version: Mapped[int | None]
    #: What was live before.
    before: Mapped[int | None]
    #: Name of the key that did it.
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(default=now)


class Sample(Owned, Base):
    """Named sample data of a template, made up by its designer."""

    __tablename__ = "sample"
    __table_args__ = (UniqueConstraint("template_id", "name"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    template_id: Mapped[int] = mapped_column(_Id, ForeignKey("template.id"))
    name: Mapped[str] = mapped_column(String(100))
    #: JSON text of an object.
    data: Mapped[str] = mapped_column(Text)
    #: Version -> pages, as it was rendered when that version went live.
    pages: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Proposal(Owned, Base):
    """A tenant's version, proposed to ``commons``."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    template_id: Mapped[int] = mapped_column(_Id, ForeignKey("template.id"))
    version: Mapped[int]
    #: Slug that it would have in ``commons``.
    slug: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text, default="")
    #: ``open``, ``accepted``, ``declined`` or ``withdrawn``.
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


class Font(Owned, Base):
    """A font file of a tenant."""

    __tablename__ = "font"
    __table_args__ = (UniqueConstraint("tenant", "digest"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    family: Mapped[str] = mapped_column(String(200))
    style: Mapped[str] = mapped_column(String(200), default="")
    #: Ending of the file: ``ttf``, ``otf``.
    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Document(Owned, Base):
    """A document that is kept for a while, or is still to be made; see ``kept/``."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("tenant", "idempotency_key"),
        Index("ix_document_tenant_id", "tenant", "id"),
        Index("ix_document_expires_at", "expires_at"),
    )

    #: Not to be guessed; later ones sort after earlier ones.
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: One of ``kept.model.State``.
    state: Mapped[str] = mapped_column(String(10))
    #: Name of the key that asked for it.
    by: Mapped[str] = mapped_column(String(100))
    idempotency_key: Mapped[str | None] = mapped_column(String(255), default=None)
    #: SHA-256 of the request, to know another one under the same key.
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    #: What was asked, as long as that is needed to make it: blob.
    order_digest: Mapped[str] = mapped_column(String(64), default="")
    #: The document: blob, and the size of the document, which is less than the blob's.
    result_digest: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    #: What is told of it: file name, pages, template, warnings, provenance; or the problem.
    description: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When the row goes, and with it what it names; None: not before the document was tried.
    expires_at: Mapped[datetime | None] = mapped_column(default=None)


class LooseBlob(Owned, Base):
    """A blob that no row names: not yet, or no longer. It is erased when its time comes.

    Whoever is killed between writing a blob and naming it, or between forgetting a name and
    erasing the blob, leaves this row, and so nothing of anybody's data lies about.
    """

    __tablename__ = "loose_blob"
    __table_args__ = (Index("ix_loose_blob_until", "until"),)

    #: ``orders`` or ``results``: their bytes, and so their digests, belong to one row each.
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]


class Job(Owned, Base):
    """One piece of work that is done once, whatever stops meanwhile; see ``jobs/``."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_not_before", "state", "not_before"),
        # Finds the first of each tenant's jobs.
        Index("ix_job_turn", "state", "tenant", "priority", "id"),
        Index("ix_job_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    #: Which handler does it: ``document``, ``webhook``.
    kind: Mapped[str] = mapped_column(String(20))
    #: Id of what it is about, in the handler's table.
    subject: Mapped[str] = mapped_column(String(64))
    #: The lower, the sooner, within a tenant.
    priority: Mapped[int] = mapped_column(default=0)
    #: ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(default=now)
    #: Who runs it, and when that was last seen alive.
    worker: Mapped[str] = mapped_column(String(64), default="")
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Name of the problem that it failed with.
    problem: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Webhook(Owned, Base):
    """An address that a tenant wants to be told at."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    #: Kinds of events; empty: all.
    events: Mapped[list[str]] = mapped_column(default=list)
    description: Mapped[str] = mapped_column(String(200), default="")
    #: What deliveries are signed with, newest first.
    secrets: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When the newest secret came; the one before it signs along for a while.
    rotated_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Nothing is sent there any more: the receiver (410) said so.
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class Delivery(Owned, Base):
    """One event to be told at one address."""

    __tablename__ = "delivery"

    #: Also the ``webhook-id``: a receiver knows by it what it has seen.
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(32), ForeignKey("webhook.id"), index=True)
    event: Mapped[str] = mapped_column(String(50))
    #: What is sent: no content of documents.
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    #: Status of the last answer; 0: there was none.
    status: Mapped[int] = mapped_column(default=0)
    #: Why there was none.
    failure: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: When it is sent, or sent again; None: it is over.
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Audit(Base):
    """Who did what, when; never with what data.

    It is not :class:`Owned`, because actions of the operator belong to no tenant; ``records.py``
    alone reads it.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_tenant_at", "tenant", "at"),)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    #: Empty: the installation.
    tenant: Mapped[str] = mapped_column(String(63), default="")
    #: Name of the key.
    key: Mapped[str] = mapped_column(String(100))
    #: ``document.create``, ``template.publish``.
    action: Mapped[str] = mapped_column(String(40))
    #: What was acted on: a slug, the id of a key.
    subject: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int | None] = mapped_column(default=None)
    #: SHA-256 of the data that a document was made from.
    data_digest: Mapped[str] = mapped_column(String(64), default="")
    pages: Mapped[int | None] = mapped_column(default=None)
    #: ``ok``, or the name of the problem.
    outcome: Mapped[str] = mapped_column(String(100))
    milliseconds: Mapped[int] = mapped_column(default=0)
    request_id: Mapped[str] = mapped_column(String(128), default="")


class Usage(Owned, Base):
    """Documents of a tenant, a template and a day, added up."""

    __tablename__ = "usage"

    tenant: Mapped[str] = mapped_column(String(63), ForeignKey("tenant.slug"), primary_key=True)
    #: ``2026-11-25``, UTC.
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: Slug; empty: conversions and templates that came with the request.
    template: Mapped[str] = mapped_column(String(170), primary_key=True)
    #: Name of the key that asked.
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    documents: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
