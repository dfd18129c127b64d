"""First names, as data: those whose bearers are nearly always men, and those whose bearers are nearly always women.

A name belongs here only if it is hardly ever borne by the other sex in any language whose people English articles tell
of: no Andrea, Jean, Kim, Nikita or Simone. Names that are words or mainly surnames stay out too: no Grace, Mark or
Scott. Accents are left out.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from stancekit.text.attribution.verbs import word_set

_MEN = word_set(
    """
    abbas abdel abdul abdulaziz abdullah adam adel agus ahmad ahmed ahmet ajay akira alain alan albert alberto
    alejandro aleksandar aleksandr alessandro alexander alexei alfred alfredo ali alireza amadou amir amit anatoly
    anders andre andreas andrei andres andrew andrey andriy andrzej anil anthony anton antonio anwar arash arjun
    arthur arvind ashok ayman bambang bashar ben benjamin bjorn bob boris brian bruce carlo carlos charles chidi
    christophe christopher colin cyril daniel david deepak denis dennis desmond didier diego dieter dinesh dmitri
    dmitry dmytro donald ebrahim edouard eduardo edward emeka emilio emmanuel emre enrico enrique eric erik etienne
    faisal farhad femi ferdinand fernando francesco francisco francois franz fred frederic fredrik friedrich fumio
    gabor gabriel gary geoffrey georg george gerhard giacomo giorgi giorgio giovanni giuseppe greg guillaume guillermo
    gustavo halil hamad hamid hamza hans harry hasan hassan heinrich henry herve hiroshi hossein hugo hussain hussein
    ian ibrahim ignacio igor imran ismail istvan ivan jacob jacques jamal james jason javad javier jean-claude
    jean-francois jean-paul jean-pierre jeffrey jeremy jerome jerzy jim joachim joao johan john joko jonathan jorge
    jose josef joseph joshua juan julio jurgen justin kamran karim karl keith kemal kenji kenneth kevin khaled khalid
    khalil klaus kofi konstantin krzysztof kurt kwame kyriakos larry lars laszlo laurent luc luca ludwig luigi luis
    luiz luke macky magnus mahathir mahdi mahmoud majid mamadou manmohan manoj manuel marcelo marco marcos mario
    markus martin marwan masahiro masoud massimo matteo matthew matthias mehdi mehmet michael michel miguel mihai mike
    mikhail milan miroslav mohamed mohammad mohammed mohsen mojtaba morteza moussa muhammad muhammadu mukesh murat
    mustafa mykola nabil narendra nasser nawaz neil nicholas nicolas nigel nikolai nikolay noah norbert oleg oleksandr
    oleksiy oliver olivier olusegun omar omid orhan osama osman otto ousmane pablo paolo parviz pascal patrick paul
    paulo pavel pedro peter petr petro philip philippe phillip pierre piotr prabowo pradeep rafael rahul rajesh rajiv
    rajnath ralph ramesh ramon rashid raul ravi raymond recep reza ricardo richard robert roberto rodrigo roger ronald
    rudolf ruslan saeed salem salman salvatore samuel sandor sanjay sean sebastian serdar sergei sergey sergio shahid
    sharif shinzo silvio simon sipho stanislav stefan stephane stephen steve steven stuart suleyman sunil suresh
    susilo sven takashi takeshi tamim tariq taro thabo thierry thomas thorsten tiago tim timothy tom tomas tomasz tony
    toshihiro tunde ulrich uwe vahid vasily vijay vikram viktor vincent vitaly vivek vladimir vladislav volodymyr
    vyacheslav walid werner willem william wojciech wolfgang xavier yasser yaw yevgeny yoshihide yousef youssef yoweri
    yukio yuri yusuf yves zoltan
    """
)
_WOMEN = word_set(
    """
    abena abigail adriana adwoa agnieszka aicha aisha aissatou akiko akosua alena alessandra alice aliya allison
    amanda amelia amina aminata amira amy ana anastasia angela angelika anita anja anjali anke ann anna annalena anne
    anne-marie annegret annie annika antonella asha asma astrid aurelie aylin ayse azadeh barbara barbora beatrice
    beatriz benazir birgit brenda brigitte carmen carol carolina caroline catherine cecile cecilia celine charlotte
    chiara chimamanda christiane christina christine claire clare claudia colette corazon cristina daniela deborah
    deepa delphine denise diana diane dilma divya donna dorothy efua ekaterina eleanor elena eleni elif elisa
    elisabeth elizabeth elke ella ellen emiko emilie emily emine emma esra esther eva evelyn ewa farah fariba farideh
    farzaneh fatemeh fatima fatimah fatma fatou fatoumata federica fernanda fiona francesca francisca francoise
    gabriela galina ghada gillian giulia graciela gudrun hala hanan hannah haruko hatice heather heidi heike helen
    helena helene hildegard hiroko huda ifeoma ilaria ilse indira ines inger ingrid ioana ioanna irene irina iryna
    isabel isabella isabelle jacinda jacqueline jamila jane janet jeanne jelena jennifer jessica joanna joanne juana
    juanita judith julia julie juliette junko kamala karen karin katarzyna kate katerina kateryna katharina katherine
    kathleen kathryn katrin kavita keiko kerstin khaleda kirsten kumiko latifa laura layla leila leyla lina linda
    lindiwe lisa lorena louise lucia lucie lucy ludmila luisa lyudmila madeleine mahnaz mahsa malgorzata mamata
    mansoureh manuela margaret margarita maria mariam mariama mariana marie mariko marilyn marina marta martha martine
    mary maryam masako masoumeh meena meera megawati meral mette michelle michiko milena mitra mona monica mouna
    nabila nadezhda nadia nadine naledi nancy naomi narges nasrin natalia natalie natalya nathalie nazanin nesrin
    ngozi nicole niloufar nina nirmala nkechi nkosazana nora noriko noura nuria odile oksana olena padma pamela paola
    parisa patricia paula pernille petra pooja pratibha priya priyanka rachel radha rania raquel rasha rebecca reem
    reiko rekha renate retno rosa roya ruth sabine samia samira sanae sandra sangeeta sanna sara sarah satoko sawsan
    segolene sepideh serena sevgi shahla sharon shirin sigrid silvia siti snezana sofia solveig sonia sophia soraya
    stefania stephanie sunita susan susana susanne sushma suzanne svetlana sylvia sylvie tamara tanja tarja tatiana
    teresa tetiana thandiwe theresa therese tomoko tzipi usha ute valentina valerie vandana vanessa vera veronica
    veronique victoria viktoria virginia virginie wafa wangari wendy yasemin yasmin yekaterina yelena yingluck yoko
    yolanda yoshiko yukiko yulia yuliya yuriko zahra zainab zehra zeynep zoe zuzana
    """
)
_SEXES = dict.fromkeys(_MEN, "he") | dict.fromkeys(_WOMEN, "she")


@lru_cache(maxsize=4096)
def sex_by_name(name: str) -> str | None:
    """Tell by the first name in a full name whether its bearer is most likely "he" or "she".

    A lone word tells nothing: it may be a surname.

    Examples
    --------
    >>> sex_by_name("Maria A. Lopez"), sex_by_name("J. Peter Hale"), sex_by_name("Maria"), sex_by_name("Kim Hale")
    ('she', 'he', None, None)
    """
    words = [word for word in name.split() if not word.endswith(".")]
    return _sex_of_word(words[0].lower()) if len(words) > 1 else None


def _sex_of_word(first: str) -> str | None:
    """Look a first name up, with its accents or without, and by its first half: "Anna-Lena"."""
    if not first.isascii():
        first = "".join(letter for letter in unicodedata.normalize("NFKD", first) if not unicodedata.combining(letter))
    return _SEXES.get(first) or _SEXES.get(first.partition("-")[0])
