"""The security administrator of a unit, appointed by the operator of the installation as auditors are."""

from lianfang.people.management.commands import auditor


class Command(auditor.Command):
    help = "Appoint a security administrator of a unit (the account is made if there is none); one-time password."
    role = "security_admin"
