"""The words around names and within them, as data: offices, honorifics, ranks, bodies, places.

A new office goes into a row of `OFFICES`, its synonyms beside it. Everything else is a list of words in small letters.
"""

from __future__ import annotations

from stancekit.text.attribution.verbs import word_set

# Offices; the last of them in a phrase is its head. Synonyms share a value.
OFFICES = {
    word: key
    for key, row in {
        "minister": "minister ministers premier",
        "president": "president presidents",
        "leader": "leader leaders",
        "spokesman": "spokesman spokeswoman spokesperson spokespeople spokesmen",
        "ambassador": "ambassador ambassadors envoy envoys",
        "secretary": "secretary secretaries secretary-general undersecretary under-secretary-general",
        "chief": "chief chiefs head heads director directors director-general boss commander-in-chief",
        "chairman": "chairman chairwoman chairperson chair chairlady co-chair co-chairs convener convenor",
        "diplomat": "diplomat diplomats",
        "official": "official officials",
        "commander": "commander commanders admiral",
        "general": "general",
        "lawmaker": "lawmaker lawmakers mp mps parliamentarian legislator legislators",
        "senator": "senator senators",
        "negotiator": "negotiator negotiators",
        "representative": "representative representatives",
        "speaker": "speaker",
        "governor": "governor governors governor-general",
        "adviser": "adviser advisor aide assistant advisers advisors aides assistants",
        "coordinator": "coordinator co-ordinator",
        "chancellor": "chancellor",
        "expert": "expert experts analyst analysts economist economists scholar",
        "professor": "professor",
        "prosecutor": "prosecutor attorney-general solicitor-general",
        "deputy": "deputy vice-president",
        "king": "king",
        "queen": "queen",
        "prince": "prince",
        "princess": "princess",
        "emir": "emir",
        "sultan": "sultan",
        "shah": "shah",
        "monarch": "monarch",
        "cleric": "cleric rabbi",
        "pope": "pope",
        "cardinal": "cardinal",
        "bishop": "bishop archbishop",
        "member": "member members",
        "commissioner": "commissioner commissioners",
        "manager": "manager ceo managing founder owner president-elect",
        "mayor": "mayor",
        "judge": "judge justice magistrate",
        "correspondent": "correspondent reporter journalist columnist editor author writer researcher",
        "counterpart": "counterpart",
        "candidate": "candidate",
        "councillor": "councilor councillor councilors councillors alderman",
        "treasurer": "treasurer",
        "attaché": "attaché attache consul",
        "politician": "politician statesman",
        "lawyer": "lawyer attorney counsel solicitor",
        "activist": "activist campaigner dissident",
        "rapporteur": "rapporteur",
        "laureate": "laureate",
        "lord": "congressman congresswoman assemblyman baroness baron mep",
        "rector": "rector vice-chancellor headmaster headmistress headteacher dean provost chaplain pastor "
        "patriarch mufti",
        "marshal": "marshal inspector superintendent sheriff officer officers prefect constable",
        "ombudsman": "ombudsman comptroller auditor trustee delegate nominee plenipotentiary auditor-general "
        "registrar clerk comptroller-general ombudswoman ombudsperson",
        "doctor": "doctor physician nurse surgeon scientist physicist historian academic philosopher",
    }.items()
    for word in row.split()
}
# Before a name, and no part of the office that the article gives.
HONORIFICS = word_set(
    """
    mr mrs ms miss dr sir lord lady dame madam madame ayatollah hojatoleslam hojjatoleslam hojat-ol-eslam imam
    sheikh sheik general gen brigadier brig brigadier-general major-general
    lieutenant-general vice-admiral rear-admiral marshal major maj colonel col captain capt admiral adm lieutenant lt
    commander sgt prof professor senator sen rep gov rev reverend hon excellency engineer comrade mullah his her
    officer technician sister brother sergeant corporal constable detective catholicos metropolitan monsignor msgr
    archdeacon shri smt shrimati datuk dato alhaji hajiya hajja barrister pst engr senhor senhora monsieur mme
    mlle apostle evangelist herr frau mzee chairlady foreman midwife cadet trooper commodore adjutant highness
    majesty holiness eminence beatitude pres amb fr atty cmdr cpl assoc supt insp
    """
)
WOMEN = word_set(
    "mrs ms miss lady dame madam madame mme mlle sister hajiya frau senhora shrimati smt spokeswoman chairwoman "
    "chairlady queen princess"
)
MEN = word_set("mr sir lord ayatollah imam brother herr monsieur shri alhaji spokesman chairman king prince")
# Parts of longer offices that need no office of their own beside them to belong to a title.
# Offices that papers shorten.
SHORT_OFFICES = {
    "PM": "prime minister",
    "DPM": "deputy prime minister",
    "FM": "foreign minister",
    "CM": "chief minister",
}
RANKS = word_set(
    """
    former acting deputy vice rear first senior top chief foreign prime interior defense defence finance economy oil
    energy interim new current late outgoing incoming special permanent assistant under-secretary ex supreme
    caretaker government ministry state high national attorney executive managing military army parliament
    honorary grand regional provincial municipal associate principal retired veteran longtime incumbent
    parliamentary presidential security police press museum federal nuclear lead british-born human rights
    socialist democrat republican conservative liberal communist centrist
    """
)
BODIES = word_set(
    """
    ministry council union organization organisation agency committee commission court house bank company
    corporation party parliament congress senate government administration department office republic revolution
    nations states university institute association federation forces force army corps guard guards navy news times
    press chamber center centre group board fund authority majlis cabinet treasury pentagon kremlin street stream
    plan treaty protocol agreement act resolution deal summit conference forum war day year east west north south
    gulf sea ocean river city province region constitution bill law society movement front league alliance community
    committee affairs foundation ministers bureau service services countries members sides academy assembly embassy
    air staff mission delegation post journal daily website tv radio channel network ltd inc llc co plc gmbh airlines
    oil gas action convention charter fair festival exhibition bazaar stock exchange market international
    global national european world central mehr sputnik interfax novosti dpa anadolu yonhap kyodo politico axios
    guardian telegraph haaretz spiegel sana jazeera arabiya herald tribune gazette observer independent nato opec swift
    twitter
    instagram telegram facebook quran bible islam islamic jewish muslim western
    eastern northern southern diplomacy development cooperation tourism agriculture innovation innovative health
    water rail railway railways motors holdings telecom telecoms foods systems technologies industries enterprises
    logistics petroleum islands ferries airways airport
    education culture transport construction investment promotion planning human rights security
    programme program initiative campaign project trust coalition consortium partnership secretariat
    economic trade industry commerce reuters afp irna isna tasnim
    duma rada verkhovna knesset bundestag bundesrat sejm riksdag storting folketing eduskunta saeima seimas riigikogu
    sabha rajya oireachtas seanad cortes majles shura hluttaw sangsad jirga panel inquiry taskforce
    fars xinhua tass bbc cnn bloomberg monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december ramadan nowruz christmas
    """
)
PLACES = word_set(
    """
    u.s us usa uk u.k eu e.u un u.n uae america american americans britain british england english scotland scottish
    ireland irish france french germany german germans italy italian spain spanish portugal portuguese netherlands
    dutch belgium belgian austria austrian switzerland swiss sweden swedish norway norwegian denmark danish finland
    finnish poland polish hungary hungarian czech slovak slovakia slovenia romania romanian bulgaria bulgarian
    greece greek serbia serbian croatia croatian bosnia albania ukraine ukrainian russia russian russians soviet
    belarus belarusian moldova georgia georgian armenia armenian azerbaijan azerbaijani turkey turkish türkiye iran
    iranian iranians iraq iraqi syria syrian lebanon lebanese israel israeli zionist palestine palestinian jordan
    jordanian saudi arabia arab arabs yemen yemeni oman omani qatar qatari bahrain bahraini kuwait kuwaiti emirati
    egypt egyptian libya libyan tunisia tunisian algeria algerian morocco moroccan sudan sudanese ethiopia ethiopian
    kenya kenyan nigeria nigerian ghana senegal african africa asia asian asia-pacific europe europeans china
    chinese taiwan taiwanese japan japanese korea korean mongolia india indian pakistan pakistani afghanistan afghan
    bangladesh nepal lanka kazakhstan kazakh kyrgyzstan kyrgyz tajikistan tajik turkmenistan turkmen uzbekistan
    uzbek vietnam vietnamese thailand thai malaysia malaysian indonesia indonesian philippines filipino singapore
    australia australian zealand canada canadian mexico mexican cuba cuban venezuela venezuelan nicaragua bolivia
    bolivian brazil brazilian argentina argentine chile chilean colombia colombian peru peruvian ecuador tehran
    washington
    moscow beijing london paris berlin brussels vienna geneva baghdad damascus beirut ankara riyadh kyiv kiev minsk
    persian crimea crimean donbas gaza hong kong latin kingdom united emirates jerusalem tel aviv pyongyang seoul
    tokyo delhi islamabad kabul doha muscat latvia latvian lithuania lithuanian estonia estonian iceland cyprus
    malta kosovo montenegro macedonia baltic balkan caucasus hormuz azeri bosnian albanian macedonian montenegrin
    slovenian moldovan cypriot maltese icelandic kosovar luxembourg mali malian rwanda rwandan uganda ugandan
    tanzania tanzanian zimbabwe zimbabwean zambia zambian angola angolan mozambique cameroon cameroonian congo
    congolese senegalese somalia somali eritrea eritrean guinea namibia namibian botswana ivorian mauritania
    madagascar niger chad chadian gabon togo benin burundi malawi burmese myanmar cambodia cambodian laos nepali
    nepalese maldives guatemala guatemalan honduras panama panamanian haiti haitian jamaica jamaican ecuadorian
    uruguay paraguay mongolian singaporean ghanaian nicaraguan salvadoran dominican uruguayan paraguayan mauritanian
    togolese gabonese laotian westerners ukrainians israelis palestinians syrians iraqis afghans turks saudis yemenis
    trinidad tobago antigua barbuda barbados bahamas grenada guyana suriname belize vanuatu tuvalu tonga samoa fiji
    kiribati nauru seychelles mauritius comoros djibouti gambia lesotho eswatini liberia brunei bhutan burkina faso
    fijian samoan liberian gambian guyanese surinamese bruneian bhutanese mauritian barbadian bahamian djiboutian
    egyptians africans asians canadians australians italians pakistanis indians britons venezuelans cubans koreans
    """
)
STARTERS = word_set(
    """
    the a an this that these those he she it they we i you his her its their our my in on at by for from with of to
    as if when while after before since until although though because but and or so yet nor however meanwhile also
    according there here what who why how where then thus even only just not no yes all some many most both each
    every another other such during under over about against between among through following despite given instead
    speaking addressing referring asked noting elsewhere earlier later now today yesterday once still moreover
    furthermore additionally nevertheless nonetheless indeed therefore afterwards finally first second third well
    dear thank good welcome let may please regarding concerning saying acting
    unlike amid amidst besides beside without within throughout upon beyond near alongside across behind via towards
    toward outside inside aside
    old ask meet enter consider
    rather perhaps maybe likewise instead similarly separately reportedly recently previously currently notably
    ultimately eventually apparently accordingly consequently subsequently
    """
)
# Of these a sentence has one, and no title: "the envoy had called", "shook his head".
FINITE = word_set(
    """
    is are was were has have had will would should must can cannot could may might does did shook took gave made put
    kept left lost won held stood told said says came went met wrote spoke saw heard knew felt thought got sent paid
    brought ran sat fell rose threw drew set
    """
)
RELATIVES = word_set("who whose whom which that where when")
PREFIXES = word_set("post pre non anti pro co re ex mid self multi inter counter")
OPENING = word_set("the in on at this that these those he she it they however meanwhile but and also according")
ONLY_BODIES = BODIES - word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december ramadan nowruz christmas twitter instagram telegram facebook war west east
    """
)
# Given names, surnames and the first words of offices that look like participles.
PARTICIPLE_NAMES = word_set(
    """
    manning sterling irving fleming golding harding browning keating channing downing deming waring wilding fielding
    redding gatling darling starling stirling loring pickering beijing blessing
    nanjing xinjiang boeing xiaoping jianming liping weiming housing banking mining planning engineering managing
    acting shipping farming fishing outgoing incoming ruling presiding nursing founding
    """
)
# What ministers are in charge of, as far as no list above has it.
FIELDS = word_set(
    """
    environment climate fisheries forestry livestock hydrocarbons electricity equality employment aviation labour
    labor communications communication digital digitalization technology science research religion endowments
    heritage antiquities budget revenue taxation customs immigration migration refugees emergency emergencies
    disaster relief preparedness reconstruction infrastructure urban rural cooperatives consumer protection welfare
    solidarity pensions veterans minorities diaspora expatriates decentralization reform modernization privatization
    enterprise entrepreneurship insurance integration transition wildlife procurement statistics sanitation
    territories mobility competitiveness productivity wages nutrition youth sports gender irrigation resources
    preparedness broadcasting aquaculture biodiversity sustainability connectivity cybersecurity biosecurity
    """
)
NOT_NAMES = frozenset(OFFICES) | HONORIFICS | BODIES | PLACES | STARTERS | RANKS | FIELDS
