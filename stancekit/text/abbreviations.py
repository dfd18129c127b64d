"""Words by which a full stop is judged: abbreviations, openers of sentences, verbs of saying, stage directions."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# A name follows these, so the stop does not end a sentence.
TITLES = _words(
    """
    MR MRS MS DR PROF HON Mr Mrs Ms Mx Messrs Mme Mmes Mlle Dr Drs Prof Profs Assoc Gen Col Lt Capt Cpt Cpl Sgt Maj
    Adm Cmdr Comdr Brig
    Sen Sens Rep Reps Gov Govs Pres Amb Hon Rt Rev Fr Msgr Supt Insp Atty Asst Dir Min Sec Mohd Engr Pst
    vs viz cf e.g i.e
    E.g I.e approx MM S.E H.E H.R.H H.M hon Lt.-Gen Maj.-Gen
    """
)
AFTER_NO_TITLE = "".join(rf"(?<!\b{title})" for title in sorted(TITLES | {"St"}) if title.isalpha())
"""Before a stop in a pattern: it ends something, and shortens none of these."""
# A number follows these.
NUMBERED = _words(
    """
    No Nos no nos Art Arts art arts para paras Para Paras par Fig Figs fig figs Vol Vols vol vols pp Ch Chap chap
    Res res Doc doc Docs Sect sect Ser ser Add Corr Suppl ca circa Apt Rd
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    """
)
# These stand inside a sentence as often as at its end: the next word tells.
EITHER = _words(
    """
    Inc Ltd Co Corp Bros Cos Cie Jr Sr Esq Ph.D Ph.Ds Ed.D M.D B.A M.A LL.M LL.D al ed eds Ed Eds Dept Depts Div Univ
    Inst Assn Govt Natl Intl Org Ave Blvd Calif Conn Fla Ill Mass Mich Minn Okla Penn Tenn Tex Va Wis Wash Ariz Colo
    St Ste Mt Ft ibid Ibid op cit Mon Tue Tues Wed Thu Thur Thurs Fri incl excl est esp resp
    """
)
# A sentence may well end with these, and then no lower-case word follows.
CLOSING = _words("etc a.m p.m A.M P.M am pm et.al")

# The last five letters of those that have five or more.
LONG_ABBREVIATIONS = frozenset(
    word[-5:] for word in TITLES | NUMBERED | EITHER | CLOSING if len(word) > 4 and word[-5:].isalpha()
)

# What may follow "5 p.m." within the sentence.
AFTER_HOURS = _words(
    """
    EST EDT ET CET CEST GMT UTC BST MSK PST PDT PT Eastern Central Pacific Moscow Tehran Kyiv Kiev Monday Tuesday
    Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October
    November December
    """
)

# Words that are capitalised because a sentence begins, hardly ever as parts of names.
OPENERS = _words(
    """
    the a an this that these those he she it we they you i there here his her its our their my your in on at by for
    from with without after before during since under over between among amid against as if when whenever while where
    whereas what who why how because but and or nor so yet however moreover furthermore therefore thus hence also
    although though despite nevertheless nonetheless meanwhile instead indeed finally then now today yesterday
    tomorrow
    once let not no some many most much such other others another each every all both any anyone everyone
    nobody nothing
    only even just perhaps to of according earlier later recently similarly likewise unfortunately fortunately
    accordingly consequently until unless through throughout toward towards is are was were do does did can could
    should would will may might must has have had it's that's there's he's she's we're they're i'm i've we've don't
    it’s that’s there’s he’s she’s we’re they’re i’m i’ve we’ve don’t
    """
)

OPENERS_IN_CAPITALS = _words("the he she it we they this these those there but however")

# Words with which a sentence goes on after a stray stop.
CONTINUATIONS = OPENERS | _words("than which whose whom into upon up out about per via be been being")

# Openers that begin the running text after a heading without a stop. Where no quotation mark ends the heading, those
# are left out that badly scanned text capitalises inside a sentence.
AFTER_GLUED_HEADING = (
    "The|This|That|These|Those|He|She|We|They|In|On|At|By|For|With|After|Before|During|Since|Under|As|If|When|While|But|"
    "However|According|Although|Despite|Meanwhile|Earlier|Following|Speaking|Addressing"
)
# Before these a capitalised "The" belongs to a name.
NAMES_WITH_THE = (
    "Hague|Gambia|Netherlands|Bahamas|Comoros|Maldives|Philippines|Right|Rt|Hon|Honou?rable|New|Times|Guardian|Economist|"
    "Washington|Wall|Associated|Daily|Telegraph|Independent|Financial|Holy"
)
AFTER_HEADING = AFTER_GLUED_HEADING + "|It|There|His|Her|Its|Our|Their"

# Verbs behind a name that ascribe the quotation before it.
SAYING = (
    "said|says|asked|asks|added|adds|told|tells|stated|states|noted|notes|stressed|wrote|writes|declared|exclaimed|"
    "replied|answered|responded|insisted|warned|continued|concluded|demanded|announced|explained|remarked|urged|tweeted|"
    "pointed|emphasized|emphasised|underlined|argued|claimed|complained|wondered|questioned|shouted|quipped|joked|cried"
)

# How remarks in brackets begin that describe the scene, in lower case.
STAGE_DIRECTIONS = (
    "applause|laughter|laughs|cheers|cheering|chuckles|crosstalk|cross-talk|inaudible|off-mike|off mic|pause|silence|"
    "interruption|music|in |via |through |spoke |speaks |speaking |continues |continued |as delivered|end |begin |"
    "prolonged |loud |long |general |the president |audience"
)

# Labels of transcripts that name nobody.
ROLES = _words(
    """
    question questions answer moderator interviewer interviewee reporter reporters journalist host anchor
    correspondent
    presenter interpreter translator participant operator questioner narrator voice voices announcer commentator
    """
)

# Offices and forms of address beside a name; alone they are a label only with more evidence.
OFFICES = _words(
    """
    mr mrs ms miss dr prof professor sir lord lady president vice deputy prime minister foreign secretary ambassador
    general senator sen representative rep chancellor king queen prince princess sheikh sheikha ayatollah imam pope
    admiral colonel major captain spokesperson spokesman spokeswoman director chairman chairwoman chairperson chair
    commissioner governor congressman congresswoman premier undersecretary under assistant acting high leader supreme
    envoy speaker the of state defence defense finance excellency majesty highness madam mister mme your dear
    """
)

# Of these some alone make a label plain; after them a topic belongs to an office: "Minister of Trade Anna Berg".
PLAIN_OFFICES = _words(
    """
    minister secretary commissioner ambassador envoy director chairman chairwoman chairperson chair spokesperson
    spokesman spokeswoman adviser advisor undersecretary mr mrs ms dr president governor senator general chief judge
    rapporteur coordinator representative head deputy
    """
)
TOPICS = _words(
    """
    assembly council committee organization security climate change development peace human rights economy trade
    cooperation
    """
)

SALUTATIONS = _words("mr madam mister mme your dear excellency")

# What stands before a colon at the beginning of a line and is no speaker.
NO_SPEAKERS = _words(
    """
    note notes first second third fourth fifth firstly secondly thirdly finally lastly one two three summary
    background
    source sources update updates updated date time place venue subject topic title author authors contact tel
    fax phone
    email website url photo photos image video caption credit copyright example conclusion conclusions introduction
    abstract keywords tags category see also related read more warning important correction editor's published
    location
    article section chapter part annex appendix table figure resolution paragraph paragraphs agenda item items report
    objective objectives goal goals aim aims result results reason reasons therefore however namely thus yet because
    excellencies gentlemen colleagues friends ladies delegates countries nations united assembly council committee
    organization security climate change development peace human rights sanctions economy trade cooperation
    this that these those it there here they we i my our your his her their what why how when where who which
    let today
    now then but and or so if to in on at by for from with as yes no not all some many remember consider
    imagine take again once new delhi market markets reaction reactions comment comments quotes context details timeline
    highlights takeaways factbox background driving analysis focus spotlight exclusive explainer opinion editorial
    commentary roundup brief briefs verdict claim claims fact facts rating sheet present absent apologies attendance
    attendees participants quorum release embargo immediate myth reality
    """
)

# Labels that consist of such words alone, the last of them one of the first row, belong to the page: "KEY POINTS".
FURNITURE = _words(
    """
    points point line news story stories breaking developing live watch listen transcript headline headlines body
    latest alert alerts advisory bulletin dispatch takeaway teaser lead lede intro subhead subheading standfirst dek
    kicker byline slug dateline topline subtitle deck sidebar explained poll quiz gallery podcast newsletter subscribe
    advertisement sponsored recap rewind preview timeline numbers next
    """
)
BESIDE_FURNITURE = FURNITURE | _words(
    """
    the key main top bottom big more most what whats s is at of to so far new now just quick talking sticking in by on
    breaking developing full live related also why it matters and
    """
)
