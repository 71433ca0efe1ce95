"""Every button of the conversations, with its words: what it says when it is tapped (`bot/conversation/callback.py`).

Screens draw them, and the handler of each is registered for it: `@routes.button(OpenCard)`. They stand here, below
both, because a screen of one conversation leads into others. Former versions wrote the same, so that what stands on
people's screens is understood; a word that was added since has a default. Those of forms: `conversation/form_buttons`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from bot.conversation.callback import AtMost, Callback, Tag
from bot.exports.cells import Format
from bot.rights import Role
from bot.senders.state import Filter
from bot.smsc.catalogue import FormKey
from bot.watch.codes import Meaning

Number: TypeAlias = Annotated[str, AtMost(20)]
"""A phone number: digits alone, of which there are at most fifteen."""
ALL_NAMES: Final = "all"
"""The word for no filter. Filters of former versions mean the same."""


class Way(StrEnum):
    """How one goes on from an earlier request: its form anew, the form for its code, the form that sends another."""

    FORM = "form"
    ENTER = "enter"
    RESEND = "resend"


class Extent(StrEnum):
    """What is taken out: the account and subclient in use, or all that are known here."""

    IN_USE = "inuse"
    EVERYTHING = "all"


# Anywhere


class ShowHelp(Callback, verb="help"):
    """Help."""


class ChooseLanguage(Callback, verb="language"):
    """A language; without one, the choice of them."""

    code: Annotated[str, AtMost(8)] = ""


class ShowQuickActions(Callback, verb="bar"):
    """The reply keyboard of quick actions."""


# Accounts


class OpenAccount(Callback, verb="account"):
    """The account in use."""


class ConnectAccount(Callback, verb="connect"):
    """The form that connects an account, or one of those that are there again."""

    account: int | None = None


class DecideAboutKey(Callback, verb="iskey"):
    """What was sent unasked is a key, or it is not."""

    tag: Tag
    answer: Literal["no"] | None = None


class DecideWhoseKey(Callback, verb="newkey"):
    """A key is a new one of this account; 0: of one that is not connected yet."""

    tag: Tag
    account: int


class UseAccount(Callback, verb="use"):
    """Another account is in use from now on."""

    account: int


class TryAccountAgain(Callback, verb="tryagain"):
    """Asks SMSC once more about a key that it refused."""

    account: int


class NameAccount(Callback, verb="label"):
    """The form for what an account is called here."""

    account: int


class ForgetAccount(Callback, verb="forget"):
    """What will be lost; with `yes`, the account is forgotten."""

    account: int
    sure: Literal["yes"] | None = None


class ForgetMe(Callback, verb="forgetme"):
    """What will be lost; with `yes`, the person is forgotten."""

    sure: Literal["yes"] | None = None


class ShowPrivacy(Callback, verb="privacy"):
    """What is kept about a person, where, and how long."""


class TakeMyData(Callback, verb="mydata"):
    """All of it as a file."""


class ActForSubclient(Callback, verb="user"):
    """The form that asks for which subclient."""


# The people of an account


class ShowColleagues(Callback, verb="people"):
    """The people of an account; with a word, paid requests and deletions wait for an owner from then on, or not."""

    account: int | None = None
    asks: Literal["on", "off"] | None = None


class InviteColleague(Callback, verb="invite"):
    """The choice of a role; with one, a link that lets somebody in."""

    account: int
    role: Role | None = None


class RevokeLink(Callback, verb="revoke"):
    """A link lets nobody in any more."""

    account: int
    invitation: int


class OpenColleague(Callback, verb="colleague"):
    """One of the people of an account."""

    account: int
    user: int


class GiveRole(Callback, verb="role"):
    """Somebody has another role from then on."""

    account: int
    user: int
    role: Role


class RemoveColleague(Callback, verb="remove"):
    """What ends with it; with `yes`, somebody is taken off an account, or leaves it."""

    account: int
    user: int
    sure: Literal["yes"] | None = None


class ShowApprovals(Callback, verb="approvals"):
    """What waits for an account's owners."""

    account: int


class OpenApproval(Callback, verb="approval"):
    """Something that waits for an owner."""

    approval: int


class Approve(Callback, verb="approve"):
    """An owner's yes to what they saw: `mark` tells what that was."""

    approval: int
    mark: Annotated[str, AtMost(16)]


class Refuse(Callback, verb="refuse"):
    """The form for an owner's no."""

    approval: int


class ComeIn(Callback, verb="comein"):
    """Comes in by a link that invites."""

    token: Annotated[str, AtMost(40)]


# The list of names


class ShowNames(Callback, verb="names"):
    """A page of the list; without a filter, the list begins anew."""

    filter: Filter | Annotated[str, AtMost(20)] = ""
    page: int = 0


class ChoosePage(Callback, verb="pages"):
    """The pages of the list, and the letters that names begin with."""

    filter: Filter | Annotated[str, AtMost(20)] = ALL_NAMES
    page: int = 0


class ShowLetter(Callback, verb="letter"):
    """The names that begin with a letter."""

    letter: Annotated[str, AtMost(32)]


class ShowChanges(Callback, verb="since"):
    """The form that asks since which day."""


# One name


class OpenCard(Callback, verb="card"):
    """The card of a name; `ref` is our number of it, in all of these."""

    ref: int


class SwitchToCard(Callback, verb="switch"):
    """The card of a name of another account or subclient, which is in use from then on."""

    ref: int


class OpenCardById(Callback, verb="cardid"):
    """The card of a name by SMSC's number."""

    id: int


class AddName(Callback, verb="add"):
    """The form that registers a name."""


class AddThisName(Callback, verb="addname"):
    """The same, for the name that was typed."""

    name: Annotated[str, AtMost(56)]


# Companies that are kept here; `company` is our number of one


class ShowCompanies(Callback, verb="companies"):
    """A page of the companies that a person keeps."""

    page: int = 0


class OpenCompany(Callback, verb="company"):
    """The card of a company."""

    company: int


class NewCompany(Callback, verb="newcompany"):
    """The form for what a new company is called."""


class KeepCompany(Callback, verb="keepcompany"):
    """The same; its data and documents are those of an earlier request, or of many names that were planned together."""

    operation: int
    batch: int | None = None


class CompanyOfName(Callback, verb="companyof"):
    """The company that a name was registered with; where none is kept, the form that keeps it."""

    ref: int


class RenameCompany(Callback, verb="renamecompany"):
    """The form for what a company is called."""

    company: int


class FillCompany(Callback, verb="fillcompany"):
    """The form for the data of a company, as a country's operators want to know it."""

    company: int
    form: FormKey


class AddCompanyPaper(Callback, verb="addpaper"):
    """The form for a document of a company; `number`: it takes the place of that one."""

    company: int
    number: int = 0


class OpenCompanyPaper(Callback, verb="paper"):
    """A document of a company; shows the file, asks anew what it is, or takes it out."""

    company: int
    number: int
    then: Literal["show", "tell", "drop"] | None = None


class PlanChanges(Callback, verb="changeall"):
    """The plan of telling SMSC what changed of a company, for each name that uses it."""

    company: int


class DeleteCompany(Callback, verb="delcompany"):
    """What will be lost; with `yes`, the company is deleted here. Nothing is at SMSC."""

    company: int
    sure: Literal["yes"] | None = None


# Many names at once


class PlanNames(Callback, verb="plan"):
    """What would be done with many names; with `agree`, their fees are agreed to; with `go`, it is done."""

    batch: int
    then: Literal["go", "agree"] | None = None


class AssignRows(Callback, verb="whose"):
    """Whom the rows are for that name a subclient which nobody knows, as this line does; `to` empty: left out."""

    batch: int
    line: int
    to: Annotated[str, AtMost(16)] = ""


class CheckSubclients(Callback, verb="theirs"):
    """The plan, after SMSC was asked whether it has the subclients in it that nobody here knows."""

    batch: int


class FollowNames(Callback, verb="many"):
    """How many names fare that are being registered; stops that, goes on, or gives the refused ones as a file.

    With `mend`: which of the refused ones is to be mended.
    """

    batch: int
    then: Literal["stop", "on", "file", "mend"] | None = None


class MendRow(Callback, verb="mend"):
    """The form for a name of many that was refused, filled in as it was; `row`: its number among them, from 0."""

    batch: int
    row: int


class ShapePlan(Callback, verb="forall"):
    """The form for what holds for all names of a plan: subclients, comment, operators, documents."""

    batch: int


class RegisterForOthers(Callback, verb="forothers"):
    """The form for a name of the list that is to be registered for other subclients as well."""

    ref: int


class GetTemplate(Callback, verb="template"):
    """A table to be filled in with names."""


# One name again


class ChangeName(Callback, verb="change"):
    """The form that changes a name."""

    ref: int


class ChangeThisName(Callback, verb="changename"):
    """The same, for the name that was typed."""

    word: Annotated[str, AtMost(53)]


class ChooseOperators(Callback, verb="operators"):
    """The form that changes a name, at its operators."""

    ref: int


class SendDocument(Callback, verb="document"):
    """The form that sends documents for a name; without one, it asks for which."""

    ref: int | None = None


class DeleteName(Callback, verb="delete"):
    """What will be lost; with `yes`, the name is deleted at SMSC. The tag makes a double tap harmless."""

    ref: int
    sure: Literal["yes"] | None = None
    tag: Tag = ""


class LockName(Callback, verb="lock"):
    """A name is locked: it cannot be deleted; with `off`, it is unlocked."""

    ref: int
    off: Literal["off"] | None = None


class DeleteThisName(Callback, verb="deletename"):
    """What will be lost, of the name that was typed."""

    word: Annotated[str, AtMost(53)]


# A number and its code


class ConfirmNumber(Callback, verb="confirm"):
    """The form that has a code sent to a number.

    `where`: it is the number on the card of this name; `here`: it is meant for the account in use, whatever was sent
    for others.
    """

    number: Number | None = None
    where: int | Literal["here"] | None = None


class EnterCode(Callback, verb="code"):
    """The form for the code that a request had sent to a number. Without the request: the newest one."""

    number: Number
    operation: int | None = None


class RemindOfCode(Callback, verb="remind"):
    """A message when the next code may be sent."""

    number: Number
    operation: int | None = None


class SendCodeAgain(Callback, verb="resend"):
    """The form that has another code sent."""

    number: Number
    operation: int | None = None


# What happened


class ShowTimeline(Callback, verb="timeline"):
    """A page of a name's story."""

    ref: int
    page: int = 0


class SendPicture(Callback, verb="picture"):
    """A name's story as a picture."""

    ref: int


class MuteName(Callback, verb="mute"):
    """Of a name only what is urgent is told from now on; with `off`, everything again."""

    ref: int
    off: Literal["off"] | None = None


class ShowNotifications(Callback, verb="notify"):
    """How one wants to be told; `chosen`: that is chosen (`Preferences.word`)."""

    chosen: Annotated[str, AtMost(16)] = ""


class ShowWaits(Callback, verb="waits"):
    """How long a name has waited, and how long that takes."""

    ref: int


class WriteToSupport(Callback, verb="support"):
    """A letter to SMSC's support about a name, to be copied."""

    ref: int


class ShowBoards(Callback, verb="boards"):
    """A page of what needs one, over all accounts and subclients; `form`: boards are tables, or text, from then on."""

    page: int = 0
    form: Literal["table", "text"] | None = None


class OpenBoard(Callback, verb="board"):
    """What needs one of an account and subclient, which is in use from then on; `board` is our number of it.

    `form`: boards are tables, or text, from then on.
    """

    board: int
    page: int = 0
    form: Literal["table", "text"] | None = None


class NameCode(Callback, verb="codeis"):
    """What an operator's status code means; with a meaning, that is remembered, and with `unknown`, forgotten."""

    code: Annotated[str, AtMost(32)]
    meaning: Meaning | Literal["unknown"] | None = None


class ChooseZone(Callback, verb="zone"):
    """The form that asks for one's time zone."""


class ShowChangedNames(Callback, verb="changednames"):
    """The list of the account and subclient that an event belongs to, which is in use from then on."""

    event: int


# Taken out


class ShowExport(Callback, verb="export"):
    """What can be taken out, and as what."""


class SendExport(Callback, verb="takeout"):
    """Names, documents and history as a file."""

    extent: Extent
    format: Format


class SendPage(Callback, verb="pdf"):
    """A name on one page."""

    ref: int


# What was done


class ShowHistory(Callback, verb="history"):
    """A page of the journal; of one name."""

    page: int = 0
    ref: int | None = None


class ShowOperation(Callback, verb="op"):
    """How a request stands; with `cancel`, it is called off where that is possible."""

    operation: int
    then: Literal["cancel"] | None = None


class BackToForm(Callback, verb="again"):
    """The form of a request that was not accepted."""

    operation: int


class GoOnThere(Callback, verb="there"):
    """Puts the account of a request in use, and goes on there."""

    operation: int
    way: Way


# A client's link


class ShowClientLinks(Callback, verb="links"):
    """The links that one made, page by page."""

    page: int = 0


class MakeClientLink(Callback, verb="newlink"):
    """The form for a new link."""


class OpenClientLink(Callback, verb="link"):
    """One link; with a word, something is done with it, `off` after a second tap."""

    link: int
    then: Literal["sure", "off", "on", "anew"] | None = None


class OpenClientForm(Callback, verb="handed"):
    """What a client handed over, as the form for a new name; with a word, its documents are shown first."""

    form: int
    then: Literal["files"] | None = None


class SendBackToClient(Callback, verb="sendback"):
    """The form for a remark with which a client's form is sent back; `count`: as of which time of handing over."""

    form: int
    count: int


class BeginClientForm(Callback, verb="fillin"):
    """A client begins to fill in the form of a link; `tag` is of the link's token as it was shown."""

    link: int
    tag: Tag


class ShowClientForm(Callback, verb="ownform"):
    """How the form stands that one filled in; it is gone on with where that is possible."""

    form: int


class WithdrawClientForm(Callback, verb="withdraw"):
    """What is lost; with `yes`, the client takes back what they filled in."""

    form: int
    sure: Literal["yes"] | None = None
