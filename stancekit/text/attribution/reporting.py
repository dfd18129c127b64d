"""How English reports speech: verbs, phrases and words around them, as data.

A new verb goes into the row of `VERBS` that says what follows it; its other forms are made by `inflections`.
Irregular ones are spelt out in `IRREGULAR`.
"""

from __future__ import annotations

import re

from stancekit.text.attribution.verbs import word_set

# Words before a verb after which it reports nothing: "to say", "will say", "was announced".
SILENCING = word_set(
    """
    to will would can could may might should must shall not never cannot is are was were be been being am n't isn’t
    wasn’t didn’t doesn’t don’t won’t wouldn’t didn't doesn't don't won't wouldn't the a an this no of if whether
    let's his her their its our my these those such any some every each your whose joint
    """
)
PASSIVE = word_set("is are was were be been being am")
# Between the subject and the verb.
HELPERS = word_set(
    """
    has have had also here further then again later earlier once repeatedly recently already still too himself herself
    themselves itself simply often always even just now today yesterday initially previously furthermore meanwhile
    both all each publicly so thus ever once since as well first finally jointly did does do moreover long twice
    nevertheless nonetheless instead therefore soon likewise elsewhere afterwards
    """
)
# Before a participle that reports: ", saying that", "while noting that".
PARTICIPLE_AFTER = word_set("while and by in of after before for")
# After these any verb reports, after the others only these gerunds: "after years of calling for talks".
SAYING_AFTER = word_set("while and by before")
GERUNDS = word_set("call urge accuse condemn criticize criticise demand denounce")
# Things show these too: "fell again, suggesting that", and nobody reports.
SHOWING = word_set("indicate signal suggest highlight underscore underline reveal testify")
# Nouns in small letters that can speak, besides offices and documents.
VOICES = word_set(
    """
    government governments ministry ministries administration company companies source sources media agency agencies
    newspaper newspapers paper daily magazine outlet outlets website network channel union bloc party parties
    parliament council committee commission body bodies group groups organization organisation organizations embassy
    office court bank department team army military force forces country countries state states nation nations
    people side sides critics observers others many some both all presidency police regime authorities opposition
    delegation association federation chamber panel board centre center institute fund firm publication press
    signatories protesters demonstrators residents witnesses participants investors businesses traders refugees
    families lawyers allies rivals majority minority public community institution watchdog think-tank monitor
    coalition alliance movement summit assembly congress senate cabinet kremlin tehran he she they men women man
    woman person users scholars students workers farmers producers exporters historians politicians dissidents
    villagers activists campaigners researchers neighbours relatives prosecutors soldiers rebels separatists
    insurgents delegates mediators organisers organizers unions firms banks colleagues teachers parents survivors
    fishermen miners drivers tanks think-tanks pilots sailors nurses
    passengers voters monitors inspectors regulators sceptics skeptics supporters opponents detractors insiders
    executives dealers peers commentators pundits militants militia militias hackers elders islamists locals
    predecessors friends grandparents ancestors forefathers
    mission secretariat directorate foundation club brotherhood faction leadership junta regulator operator carrier
    airline manufacturer supplier lender operators airlines lenders
    management crew jury tribunal inspectorate judiciary university hospital church diocese synod
    doctors scientists europeans americans duo pair trio ones
    circles quarters voices powers delegations members leaders peoples
    judges jurors clerks staff crowd registry bishops priests monks nuns pupils
    mothers fathers widows captains patients clients tenants hospitals schools universities churches charities capitals
    kids children bench shippers bureau school museum league laboratory
    reports studies polls surveys
    """
)
# What follows a report as the article's own remark: ", a move that".
ASIDE = re.compile(
    r",\s(?:an?|the latest|one of the) (?:[\w-]+,? ){0,4}?(?:move|measure|task|claim|step|decision|remark|reference|"
    r"allegation|accusation|acknowledge?ment|admission|warning|"
    r"charge|development|statement|policy|position|idea|plan|demand|condition|event|gesture|"
    r"stance|view|assertion|suggestion|request|promise|threat|sign|figure|term|phrase|proposal|version|comparison|verdict|"
    r"finding|ruling|offer|appeal|complaint|rebuke|response|explanation|contention|notion)\b(?: (?:that|which|in|on|"
    r"for which|for|"
    r"of|widely|to|he|she|it|they|its|his|her|their|the|consistent|aimed|likely|intended|designed|meant|seen|viewed|"
    r"made|condemned|welcomed|criticized|criticised|backed|supported|shared|echoed|rejected|expected|[A-Z]\w+)\b|,)"
    r"|,\san act (?:that|which)\b|,\s(?:citing|referring|alluding|calling into (?:the )?question"
    r"|in (?:an? )?(?:[\w-]+ ){0,3}?(?:reference|allusion|response|rebuke|swipe|dig|jab|nod|answer) (?:to|at|of)"
    r"|without (?:giving|elaborating|providing|going|naming|saying|offering|specifying|mentioning|adding)"
    r"|which (?:means|meant|suggests|suggested|implies|implied|indicates|shows)|failing which"
    r"|which (?:the |an? |he |she |they |[A-Z][\w’'-]* )(?:[\w’'-]+ ){0,3}?"
    r"(?:denied|denies|rejected|rejects|disputed|disputes|dismissed))\b"
    r"|(?<=,[”\"])\swhich (?:means|meant|suggests|suggested|implies|implied|indicates|shows)\b(?![^.;:]*, )"
)
# Of these nothing is said: "reiterated the same position".
EMPTY = re.compile(
    r"\s*(?:the|his|her|its|their|that|[A-Z]\w+['’]s) (?:[\w’']+ ){0,3}?(?:(?:positions?|stances?|views?)\b(?=[,.;]|$|"
    r" (?:of|on|about|regarding|in|to|towards?|as|for|against|and)\b)|(?:remarks?|points?)\b(?=[,.;]|$|"
    r" (?:in|at|during|to|while|after)\b))"
    r"|\s*(?:(?:the|these|its|his|her) )?(?:[\w’'-]+ ){0,3}?as follows\b"
    # "said nothing, and left"; "said nothing would change" tells something
    r"|\s*(?:nothing|little|as much|not a word|a few words|(?:one|another|the same) thing|so)\b(?! (?:is|was|will|"
    r"would|can|could|has|had|should|must|far|many|much)\b)"
    r"(?=[,.;]|$| (?:and|or|but|about|of|to|in|at|for|since|again|too|himself|herself|more|else|either|when|while|"
    r"on|at|every)\b)"
)
AUXILIARIES = word_set("is are was were will has have had would should must can cannot could")
COORDINATING = word_set("and but or then yet")

# A subject ends at one of these, going back from the verb.
SUBJECT_BREAK = re.compile(
    r"[;:—–”,]\s|\s-+\s|"
    r"\b(?:that|but|while|whilst|whereas|because|although|though|after(?: which)?|before|when|where|since|if|"
    r"unless|until|and|as|why|"
    r"(?:during|in|at|by|on|under|with|through) which)\s"
)
# The words of these, of which the last tells; where none stands, and no sign, no subject ends.
BREAK_WORDS = word_set(
    """
    that but while whilst whereas because although though after before when where since if unless until and as why which
    """
)
RELATIVE = word_set("which who whom whose what")

DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|"
    r"Sept\.|Oct\.|Nov\.|Dec\.)"
)
# When and where something was said, between the verb and what was said.
TIME = re.compile(
    rf"\s*,?\s*(?:(?:just |only )?(?:late |early |earlier |later )?(?:on )?{DAY}"
    r"(?: (?:morning|afternoon|evening|night))?"
    rf"|(?:on |in )?{MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?|on \d{{1,2}} {MONTH}"
    r"|(?:just |only )?(?:earlier |later )?(?:last|this|the same|the previous) "
    r"(?:week|month|year|day|morning|evening|night)"
    r"|under oath|on oath|in (?:public|private|passing|writing|court)|off the record|on the record"
    r"|earlier|later|today|yesterday|again|once again|once more|time and again|repeatedly|here|also|further"
    r"|the other day|back in \d{4}|on (?:previous|many|several|various|numerous|earlier|other|"
    r"past) occasions(?=, (?:the|an?|its|their|his|her) )"
    # "said in 2015 the world saw": without "that" the year belongs to what is said.
    r"|in \d{4}(?! (?:the|an?|[A-Z][\w’'.-]*) (?:[\w’'.-]+ ){1,6}?(?:[a-z]{2,}ed|was|were|had|saw|lost|won|"
    r"left|took|made|fell|rose|went|came|gave|became|began|broke|met|put|set|held|sold|sent|built)\b)"
    r"|(?:under|on) oath|on (?:the )?record|in (?:private|public)|privately|over the phone|by (?:phone|email|"
    r"e-mail|text)"
    r"|himself|herself|itself|themselves|afterwards?|in (?:the )?(?:strongest|strong|harshest|clearest|bluntest|"
    r"plainest|"
    r"no uncertain)(?: possible)? (?:terms|language|words)"
    r"|recently|publicly|explicitly|repeatedly|previously|bluntly|in part|in full|for his part|for her part|"
    r"for its part|in response|in reply|out|however|nevertheless|nonetheless|meanwhile|moreover|for example|"
    r"for instance|in turn|though(?=,)"
    r"|in (?:the )?(?:strongest|harshest|clearest|plainest|bluntest|strong|harsh|clear|plain|no uncertain|blunt)(?: "
    r"possible)? terms"
    r"|under oath|once and for all|in (?:no uncertain|so many) words|in private|in public"
    # "noted with deep regret the loss"
    r"|with (?:(?:great|deep|much|particular|some|real|profound) )?(?:satisfaction|regret|concern|appreciation|"
    r"pleasure|sorrow|alarm|gratitude|sadness|interest|disappointment)(?! (?:at|about|over|for|in)\b)"
    # "said four times that"; without "that" the count belongs to what is said.
    r"|(?:twice|(?:two|three|four|five|six|ten|several|many|numerous|countless|multiple) times|"
    r"on (?:two|three|several|many|numerous|multiple|various) occasions)(?=,? that\b)"
    r")\b(?! (?:of|than|as)\b)"
)
# The words, besides capitalised ones, with which `TIME` and `SHORT_VENUE` begin.
ASIDE_WORDS = word_set(
    """
    late early earlier later on in last this the again once time repeatedly here also further today yesterday
    back himself herself itself themselves afterward afterwards recently
    publicly explicitly previously bluntly privately under over by for out off at during through via
    twice two three four five six ten several many numerous countless multiple just only with
    """
)
VENUE = re.compile(
    r"\s*,?\s*(?:in|during|at|on|via|through|to|after|before|following|upon|from|with|about|of|by(?! \w+ing\b)|for|"
    r"over)\s"
)
SHORT_VENUE = re.compile(
    r"\s*,?\s*(?:in|on|at|during|through|via) (?:an?|his|her|their|its|the|another) (?:(?!and\b)[\w-]+ ){0,4}?"
    r"(?:tweet|statement|interview|post|message|letter|speech|report|article|remarks|address|briefing|conference|note|"
    r"meeting|ceremony|comments|Twitter|sermon|communique|op-ed|thread|forum|session)\b"
    r"(?: (?:published|released|issued|posted|aired|broadcast)\b)?"
    r"(?: (?:to|with|at|on|in|by|of|for) (?:the )?(?:[A-Z][\w’'-]*)(?: [A-Z][\w’'-]*){0,4})?"
)
# The nouns of these: where none stands, no place is looked for.
VENUES = word_set(
    """
    tweet statement interview post message letter speech report article remarks address briefing conference note
    meeting ceremony comments twitter sermon communique op-ed thread forum session call
    """
)
# With these, in capitals, sentences begin into which a heading runs.
GLUED = word_set("On In At During After Speaking Addressing Meanwhile Earlier")
# "claims to have sunk": no place follows.
TO_DO = re.compile(
    r"\s(?:not )?to (?:be|have|know|own|represent|speak|hold|oppose|support|control|act|seek|want|fight|defend|protect|"
    r"possess|lead|see|hear|understand|remember|believe)\s"
)
THAT = re.compile(
    # What stands before is asked last, since searching for a blank is quicker.
    r"\sthat\b(?<!\b(?:on|at|in|of|to|by)\sthat)(?<!\bfor\sthat)(?<!\b(?:from|with)\sthat),?\s+"
)

# What issues from a body, and what it is called afterwards.
DOCUMENTS = word_set(
    """
    statement communique communiqué letter declaration report message release tweet post text note memorandum
    article editorial document study indictment ruling judgment petition telegram cable memo log audit email e-mail
    leaflet review appeal memoirs memoir minutes submission submissions
    """
)
ISSUE_VERBS = ("issued", "released", "published", "adopted", "signed", "sent", "wrote", "made")
ISSUING = re.compile(
    rf"\b(?:{'|'.join(ISSUE_VERBS)}) (?:an?|the|their|its|his|her) "
    r"(?:[\w-]+ ){0,3}?(statement|communique|communiqué|letter|declaration|report|message|release|note|"
    r"document|article|study)\b"
)
IN_DOCUMENT = re.compile(
    # A pattern that begins with a set of letters is searched for quickest; so the word's edge is asked afterwards.
    r"[Ii]n (?<=\b...)(?:an?|the|their|its|his|her|another) (?:[\w-]+ ){0,4}?"
    r"(statement|communique|communiqué|letter|declaration|report|message|release|tweet|post|note|document|"
    r"article|study)\b"
)
REMARKING = re.compile(
    r"\b(?:made|makes|making) (?:(?:remarks|comments) (?=at|in|during|on|after|to|when)|"
    r"(?:the|these|this|those|such) (?:\w+ )?(?:remarks?|comments?|statements?|"
    r"announcement|point)\b)"
)
# "according to" these, nobody speaks.
NOT_VOICES = re.compile(
    r"(?:the |an? |this |that |these |their |its |our |his |some |various |certain )*(?:[\w’'-]+ ){0,3}?"
    r"(?:which|whom|information|census|law|laws|agreement|agreements|plan|plans|schedule|estimates?|data|"
    r"figures?|rules?|constitution|"
    r"treaty|criteria|standards?|needs?|principles?|policy|contract|timetable|roadmap|calendar|article \d+|"
    r"resolution|directives?|decrees?|orders?|instructions?|warrants?|mandates?|provisions?|terms|deal|conditions?|procedures?|norms|it|you|me|us)\b",
    re.IGNORECASE,
)
# Words before the main clause of a sentence.
ADJUNCT = re.compile(
    r"\s*,?\s*(?:In|On|At|During|Speaking|Addressing|Referring|Pointing|Asked|Pressed|Questioned|Quizzed|Challenged|Prodded|Confronted|Consulted|Pushed|Elsewhere|Meanwhile|However|Also|"
    r"Upon|With|Under|Unlike|Amid|Despite|Throughout|Within|From|By|Since|Once|Last|"
    r"This (?:week|month|year|morning|time|summer|spring|autumn|winter)|Hours|Days|Minutes|Shortly|"
    r"Later|Earlier|Still|But|And|Separately|Commenting|Responding|Reacting|Criticizing|Touching|Citing|"
    r"Following|After|Before|"
    r"Furthermore|Moreover|In addition|Nevertheless|Then|Yet|So|Thus|Therefore|Finally|For example|"
    r"For instance|Instead|While|As|For (?:his|her|its|their) part)\b"
)
# What opens the first sentence of a report: "TEHRAN – ".
DATELINE = re.compile(
    r"(?:[A-Z][A-Za-z.’' ]{1,30}(?:,\s[A-Z]?[\w .]{1,20}){0,2}(?:\s\([^)]{1,24}\))?\.?\s?[–—-]+\s(?![a-z])|"
    r"\([^)]{1,20}\)\s)"
)
