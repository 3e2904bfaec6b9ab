"""``inkarta role``: who may what where people sign in; the first administrator is made here."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.base import Exit, Json, app, database, fail, out, print_json, table
from dashboard.store import StoreError, roles
from dashboard.store.roles import ROLES, Person
from dashboard.store.views import RefusedError

Who = Annotated[
    str,
    typer.Argument(
        metavar="PERSON", help="The person's code as the page Account shows it, with or without hyphens; or her label."
    ),
]
Role = Annotated[str, typer.Argument(help=f"{', '.join(ROLES)}.")]
Label = Annotated[str | None, typer.Option(help="What the person is called here; as little as is needed.")]
Issuer = Annotated[
    str, typer.Option(help="With --subject: a person who has not signed in yet, by the provider's issuer.")
]
Subject = Annotated[str, typer.Option(help="With --issuer: the person's subject (sub) at the provider.")]

group = typer.Typer(no_args_is_help=True, help="List, give and take away roles; sign-in is told of in docs/sign-in.md.")
app.add_typer(group, name="role")


@group.command("list")
def list_roles(as_json: Json = False) -> None:
    """List the persons who have signed in, those who wait for a role first."""
    try:
        found = roles.every(database())
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        print_json({"persons": [_told(one) for one in found]})
    elif not found:
        out.print("Nobody has signed in yet.")
    else:
        table(
            ["person", "role", "label", "last signed in"],
            [[one.id, one.role or "none", one.label, f"{one.seen_at:%Y-%m-%d}"] for one in found],
        )


@group.command()
def grant(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="As in revoke; '-' with --issuer and --subject.")],
    role: Role,
    label: Label = None,
    issuer: Issuer = "",
    subject: Subject = "",
    as_json: Json = False,
) -> None:
    """Give a person a role, in place of any earlier one. It holds from her next click."""
    if role not in ROLES:
        fail(Exit.USAGE, f"{role!r} is no role. Roles are {', '.join(ROLES)}.")
    if bool(issuer) != bool(subject) or (person == "-") != bool(issuer):
        fail(Exit.USAGE, "Name a person, or write - with both --issuer and --subject.")
    try:
        found = roles.expect(database(), issuer, subject) if issuer else _one(person)
        found = roles.grant(database(), found.id, role, label)
    except RefusedError as error:
        fail(Exit.USAGE, f"{error.field}: {error.rule} {error.value}")
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        print_json(_told(found))
    else:
        out.print(f"{found.label or found.id} is {found.role}.", highlight=False, markup=False)


@group.command()
def revoke(
    person: Who,
    remove: Annotated[bool, typer.Option("--remove", help="Delete all that is kept of the person.")] = False,
    as_json: Json = False,
) -> None:
    """Take a person's role away and sign her out everywhere."""
    try:
        found = _one(person)
        if remove:
            roles.remove(database(), found.id)
        else:
            roles.revoke(database(), found.id)
    except RefusedError as error:
        fail(Exit.USAGE, f"{error.field}: {error.rule} {error.value}")
    except StoreError as error:
        fail(Exit.REFUSED, str(error))
    if as_json:
        print_json({"id": found.id, "removed": remove})
    else:
        out.print(f"{found.label or found.id} {'is removed' if remove else 'has no role any longer'}.", markup=False)


def _one(name: str) -> Person:
    wanted = name.strip()
    every = roles.every(database())
    found = [one for one in every if one.id == wanted.lower().replace("-", "").replace(" ", "")]
    found = found or [one for one in every if one.label and one.label.casefold() == wanted.casefold()]
    if len(found) != 1:
        fail(Exit.USAGE, f"{len(found) or 'No'} persons are {name!r}. inkarta role list has them.")
    return found[0]


def _told(one: Person) -> dict[str, str]:
    return {"id": one.id, "role": one.role, "label": one.label, "seen_at": one.seen_at.isoformat()}
