"""Shapes of the plan as data. A row of the table is one act (办理动作); everything else reads the rows."""

from __future__ import annotations

from dataclasses import dataclass

EDITION = "2020-05-20"
"""方案自2020年5月20日起施行: the edition that a matter is stored with."""

SAME = "="
"""As `to`: the act changes no stage."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who acts: posts of these roles in a body of this kind, of the court on the move's side."""

    key: str
    label: str
    body_kind: str
    roles: tuple[str, ...] = ("head", "deputy", "member")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of one subject kind. `final`: nothing is awaited any more."""

    kind: str
    key: str
    label: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class LimitKind:
    """A period that runs. `period` empty: named in the act (指定). L, M and D are settings, shown with their mark."""

    key: str
    label: str
    period: str
    article: str
    mark: str
    note: str = ""

    @property
    def setting(self) -> str:
        return f"limit.{self.key}"


@dataclass(frozen=True, slots=True)
class PaperKind:
    key: str
    label: str
    article: str
    printable: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One row: see `docs/moves.md` for the table in Chinese.

    `to` is a stage or SAME; `side` is assigner, assignee, either or superior; `sign_off` is one, both or chain.
    `offices`: any one of them acts; with `both`, one signature of each of the first two.
    `of` narrows to subjects whose `kind` is among these; `parent` is the kind on which a creating move is offered,
    `parent_at` the stages of it in which.
    `then` names hidden rows of other subjects that the handler executes in the same transaction.
    """

    key: str
    title: str
    article: str
    subject: str
    froms: tuple[str, ...]
    to: str
    side: str
    offices: tuple[str, ...]
    sign_off: str = "one"
    guards: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    parent: str = ""
    parent_at: tuple[str, ...] = ()
    turn: bool = False
    hidden: bool = False
    touches: bool = False
    mark: str = "S"

    @property
    def creates(self) -> bool:
        return self.froms == ("",)

    @property
    def joint(self) -> bool:
        return self.sign_off == "both"

    @property
    def raises(self) -> bool:
        """The subject's version rises: a stage is entered, or what is being signed has changed."""
        return self.to != SAME or self.touches

    def lands(self, stage: str) -> str:
        return stage if self.to == SAME else self.to

    def edges(self) -> list[tuple[str, str, str]]:
        """(edge key, from, to) for each stage from which this act is possible."""
        return [(f"{self.key}:{stage}>{self.lands(stage)}", stage, self.lands(stage)) for stage in self.froms]
