"""First names, as data: those whose bearers are nearly always men, and those whose bearers are nearly always women.

A name belongs here only if it is hardly ever borne by the other sex in any language whose people English articles tell
of: no Andrea, Jean, Kim, Nikita or Simone. Family names that stand first elsewhere stay out too. Words may be names
(Grace, Mark): whoever is asked about is known to be a person. Accents are left out.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from stancekit.text.attribution.verbs import word_set

_MEN = word_set(
    """
    aaron abbas abdel abdul abdulaziz abdullah abolfazl abraham adam adel adrian agus ahmad ahmed ahmet ajay akira
    akram alain alan albert alberto alejandro aleksandar aleksandr alessandro alessio alexander alexandre alexei
    alfred alfredo ali alireza alistair alvaro alvin amadou amir amit amitabh amos anatoly anders andre andreas
    andrei andres andrew andrey andrii andriy andrzej angelo angus anil anthony antoine anton antonio antonis anwar
    arash archie arjun arnaud arne arthur arturo arun arvind ashok asif atal attila axel ayman babacar balazs
    bambang baptiste barry bartosz bashar bela ben benedict benjamin benoit bernard bernardo bernd bernhard bertie
    bertrand bhupinder bilal bilawal bill billy bjarne bjorn bob bogdan bohdan bojan boris brad brandon branko
    brendan brett brian bruce bruno bryan bulent burak burkhard caleb calin calvin carl carlo carlos carmine catalin
    cedric cem cesar cezary chad charles cheikh chidi chinedu christian christoph christophe christopher ciprian
    clarence clark claudio clifford clive colin conor cormac craig cristian cristobal csaba curtis cyril cyrus
    damian damien dan daniel dario dariusz darren darryl dave david dean declan deepak dejan denis dennis derek
    desmond detlef devendra dick didier diego dieter dimitris dinesh dmitri dmitry dmytro dominic don donald doug
    douglas dragan duncan dwight eamon earl eberhard ebrahim eddie edgar edmund edouard eduardo edward edwin efrain
    egor einar elias elijah elliot emanuele emeka emil emilio emmanuel emre enda enrico enrique enzo erdal erhan
    eric erik ernest ernesto esmaeil esmail esteban ethan etienne eugene evangelos evo ewan fabien fabio fabrice
    faisal farhad faruk fazal federico felipe felix femi ferdinand ferenc fergus fernando fidel filippo finn florian
    florin floyd fouad francesco francisco francois frank franz fred frederic fredrik friedrich fuad fumio gabor
    gabriel gareth gary gautam gavin geir gennady geoff geoffrey georg george gerald gerard gerardo gergely gerhard
    ghassan gheorghe ghulam giacomo gianluca gianni giannis gideon gilberto giles gilles giorgi giorgio giorgos
    giovanni giulio giuseppe glen glenn godfrey gonzalo goran gordon graham greg gregoire gregor grzegorz guido
    guillaume guillermo gunnar gunter gunther gus gustavo guy gyula habib hafiz haider haitham hakan halil halvard
    hamad hamid hamza hank hans hardeep harold haroon harry hartmut harvey hasan hassan hector heiko heinrich helmut
    henri henrik henry henryk herbert herman hernan herve hiroshi hisham holger horace horacio horst hossain hossein
    howard hubert hubertus hugh hugo hulusi humberto humphrey hussain hussein ian ibrahim idris ignacio igor ihor
    ilir ilya imran ion irving isaac ismael ismail istvan ivan ivar ivica jaber jacek jack jacob jacques jagdish
    jahangir jaime jairam jakaya jake jakub jalal jamal james janos janusz jared jaroslaw jarvis jason jassim javad
    javier jean-claude jean-francois jean-paul jean-pierre jed jeff jeffrey jens jeremy jerome jerry jerzy jesus jim
    jimmy jiri jitendra joachim joao joaquin jochen joe joel joerg johan johannes john johnny joko jon jonas
    jonathan jonny jorg jorge jorgen jose josef joseph joshua jozsef juan juha jukka julian julien julio julius
    jurgen justin kamran kapil karam kareem karel karim karl karsten katsuya kazem kazimierz kazuo keir keith kemal
    ken kenji kenneth kenny kevin khairul khaled khalid khalil khurram kirill kirk kjell klaus knut kofi koichi
    konrad konstantin kostas krzysztof kurt kwabena kwame kwasi kyle kyriakos lajos lalit lance larry lars laszlo
    laurent lawrence lazaro lech leif lenny leo leon leonard leonardo leonid leopoldo leroy lester leszek liaquat
    lionel liviu lloyd logan lorenzo lorne lothar louis lubomir luc luca ludwig luigi luis luiz lukas luke luther
    lyle maciej macky magnus mahathir mahdi mahendra mahmood mahmoud mahmud majid malcolm mamadou mamuka manfred
    manmohan manoj manuel marat marc marcel marcelo marcin marco marcos marek mario mariusz mark markus marshall
    martin marty martyn marvin marwan masahiro masato masoud massimo mateusz mathieu mats matteo matthew matthias
    mattias maurice mauricio maurizio mauro max maxim maxime maximo mehdi mehmet melvin mesut mevlut michael micheal
    michel mick mieczyslaw miguel mihai mihail mihaly mike mikhail miklos milan milorad milos milton minoru miroslav
    mirza mitch modou mogens mohamad mohamed mohammad mohammed mohan mohd mohsen mojtaba morteza moses mounir moussa
    muhammad muhammadu mukesh murat murray musa mustafa mykola nabil naoto narendra nasser nat nathan nathaniel
    nawaz nazar nebojsa ned neil nenad nestor nicanor nicholas nick nicolae nicolas niels nigel nikolai nikolay
    nikos nils nitin nizar noah nobuo nolan norbert norman numan nursultan obinna octavian octavio okechukwu olaf
    olav ole oleg oleksandr oleksiy oliver olivier olusegun omar omid ondrej orhan orlando osama osamu osborne oscar
    oskar osman osvaldo oswaldo otto ousmane ovidiu owen ozgur pablo panagiotis paolo parviz pascal patrice patricio
    patrick paul paulo pavel pavlo pawel peder pedro pekka perry pervez pete peter petr petro petteri philip
    philippe phillip pierre pietro piotr piyush poul prabowo pradeep prakash pranab predrag qamar qasem quentin
    radek radoslaw radu rafael rafal raffaele rafiq raghuram rahul raila raimundo rainer raj rajesh rajiv rajnath
    rakesh ralf ralph ramesh ramiro ramon randall randy ranil raoul rashid rasmus raul ravi ray raymond recep
    reginald reinhard remy renato rex reza rhys ricardo riccardo richard rick ricky rifat rishi riyad rob robbie
    robert roberto rod roderich rodney rodrigo rogelio roger rohit roland rolf roman romano ron ronald rory roy
    ruben rudiger rudolf rupert ruslan russell rustam ryan ryszard sachin sadegh sadiq saeed saeid saleh salem
    salman salvador salvatore samir samuel sandeep sandor sandro sanjay sanjeev santiago sartaj satoshi saul scott
    seamus sean sebastian sebastien seiji sekou semyon serdar serge sergei sergey sergio sergiy seth shahid shane
    sharif shavkat shehbaz sheldon shigeru shinichi shinzo shivraj sid sigmar sigurd silvio simeon simon sindre
    sipho slawomir slobodan solomon soren sorin spencer stan stanislav stanislaw stanley stavros stefan stefano
    stephan stephane stephen steve steven stewart stuart suat subrahmanyam sudhir suleyman sunil suresh susilo svein
    sven syed sylvain sylvester szymon tadashi tadeusz tahir takashi takeo takeshi tamas tamim taras tarek tariq
    taro tayyip ted terrence thabo theo theodore thibault thierry thilo thomas thorsten tiago tigran tim timo
    timothy tobias todd tom tomas tomasz tomislav tommaso tony torbjorn torsten toru toshihiro traian travis trevor
    tristan trond troy tunde turki tyler uddhav udo ugo uhuru ulf ulrich umar umberto usman uwe vaclav vadim vahid
    valdis valery vasile vasily vassilis vasyl vernon vic vicente victor vijay vikram viktor viktoras vince vincent
    vincenzo vinod viorel vitali vitaly vittorio vivek vladimir vladislav vojislav volker volodymyr vuk vyacheslav
    waldemar walid wallace walter warren wayne werner wilfred wilhelm willem william willie winfried winston witold
    wladyslaw wojciech wolfgang woody xavier yahya yakov yanis yannick yannis yaroslav yasin yasser yasuo yaw yerlan
    yevgeny yitzhak yohei yoichi yoshihide yoshiro yousef youssef yoweri yukio yuri yusuf yves zachary zafar zaur
    zbigniew zdenek zeljko ziad ziyad zoltan zoran zsolt zulfikar
    """
)
_WOMEN = word_set(
    """
    abena abigail adriana adwoa agnes agnieszka aicha aisha aissatou akiko akosua alena alessandra alessia alexandra
    alexia alice alicia aliya allison alma amanda amber amelia amina aminata aminatou amira amy ana anastasia angela
    angelika angie anita anja anjali anke ann anna annabel annalena anne anne-marie annegret anneke annette annie
    annika antje antonella antonia ariana asha asma astrid audrey aurelie aylin ayse azadeh barbara barbora beata
    beatrice beatriz belinda benazir bernadette bertha bettina betty bianca birgit birgitta brenda bridget brigitte
    britta camilla candice carla carmen carol carole carolina caroline cassandra catherine cathy cecile cecilia
    celine charlotte cherie chiara chimamanda chinwe chloe christa christiane christina christine cindy claire clara
    clare claudia claudine colette constance corazon corinna corinne cristina cynthia dagmar daisy dalia daniela
    danielle daphne daria darya debbie deborah deepa delia delphine denise diana diane dilma dina divya dolores
    donna dora doris dorothea dorothy edith edna efua eileen ekaterina elaine eleanor elena eleni elif elin elina
    elisa elisabeth elise eliza elizabeth elke ella ellen elsa elsie emiko emilia emilie emily emine emma emmanuelle
    erica erika erin esra estelle esther ethel eugenia eugenie eunice eva evangelina evelyn evgenia ewa fabiana
    fabienne farah fariba farideh farzaneh fatemeh fatima fatimah fatma fatou fatoumata federica fernanda filipa
    fiona flavia florence florentina folake frances francesca francine francisca francoise franziska freda
    frederique frida friederike funke gabriela galina genevieve georgina geraldine gertrude ghada ghislaine gillian
    gina giorgia giovanna gisela giulia gladys gloria grace graciela greta gro gudrun gwen hala hanadi hanan hannah
    harriet haruko hatice hazel heather heba hedwig heidi heike helen helena helene henrietta henriette hilde
    hildegard hillary hiroko hoda huda ida ifeoma ilaria ilona ilse imelda indira ines inga inger ingrid inka ioana
    ioanna irena irene irina irma iryna isabel isabella isabelle ivana ivanka ivy jacinda jacinta jacqueline
    jadranka jadwiga jamila jana jane janet janice janine jasmin jasmine jeanne jeannette jelena jennifer jenny
    jessica jill joana joanna joanne johanna jolanta josefa josephine josiane jovita joyce juana juanita judith judy
    julia juliana julie juliette junko jutta kaja kamala karen karin karina karolin karolina katarzyna kate katerina
    kateryna katharina katharine katherine kathleen kathryn kathy katia katja katrin katrine katya kavita keiko
    kersti kerstin khady khaleda kirsten kirsty klara krista kristalina kristen kristi kristin kristina kumiko laima
    lamia lara larisa larissa latifa laura laurette layla leah leila lena leni leonie leonor letizia leyla liana
    lidia lieke liesbeth ligia liis liliana lily lina linda lindiwe lisa liz lois lola loredana lorena loretta
    lorraine louise lubna lucia lucie lucille lucy ludmila ludovica luisa luz lydia lyudmila lyudmyla mabel
    madeleine magdalena maha mahnaz mahsa maia maja malala malgorzata mamata manal mansoureh manuela mara marcela
    marcia mareike maren margaret margarita margot margret margrethe maria mariam mariama mariame mariana marianne
    maribel marie mariela marija mariko marilyn marina marisol marissa marit marjorie marlene marta martha martine
    mary maryam masako masoumeh mathilde matilda maud maureen maxine maya mechthild meena meera meg megawati melanie
    melissa meral merete mervat mette mia michaela michelle michiko mihaela mila mildred milena millicent minna
    miranda mireille miriam mirjam mitra molly mona monica monique mouna muriel myriam myrna nabila nada nadezda
    nadezhda nadia nadine nadja nahed najwa naledi nancy nanette naomi narges nasrin natacha natalia natalie
    nataliya natalya natasha nathalie nawal nayla nazanin nelida nell nelli nelly nermin nesrin nevena ngozi nicole
    nieves niloufar nilufer nina nirmala nives nkechi nkosazana noelle noemi nomvula nora noriko norma noura nuria
    obiageli odile oksana olena olga olha olivia omaima ophelia orla otilia padma paloma pamela paola parisa
    patricia patrizia paula pauline peggy penelope penny pernille petra petronella phyllis pia pilar polly pooja
    pratibha priya priyanka rachel rachida radha raffaella raghda raisa ramona randa rania raquel rasha rebecca reem
    regina reham reiko rekha renata renate retno rhonda rigoberta rima rita roberta rokhaya rosa rosalba rosalia
    rosalind rosalyn rosanna rose roselyne rosemary rosie roxana roxanne roya ruba ruth ruxandra sabine sabrina
    sahar saida sally salma salome samantha samar samia samira sanae sanda sandra sangeeta sanna sara sarah saskia
    satoko sawsan segolene selma sepideh serena sevgi sevim shabnam shahla shaima sharon shazia sheila sherry shirin
    shirley sibylle sigita sigrid sigrun silke silvana silvia sima simona simonetta sinead siobhan siri siti snezana
    snezhana sofia solange soledad solveig sonia sonja sophia sophie soraya stanislava stefania stella stephanie sue
    sunita susan susana susanne sushma suzana suzanne svenja svetlana sylvia sylvie tabitha tahani tamara tammy
    tanja tansu tanya tarana tarja tatiana tawakkol teodora teresa tereza terezia tessa tetiana thandiwe thelma
    theresa therese thora tina tine tomoko tove trudy tzipi ulla ulrike ursula usha ute valentina valentyna valeria
    valerie vandana vanessa veena vera veronica veronique vesna victoria vigdis viktoria vilma viola violeta
    violetta virginia virginie vivien vivienne wafa wanda wangari wanjiru wendy wilhelmina wilma winifred winnie
    xiomara yara yasemin yasmin yekaterina yelena yetunde yevgenia yingluck yoko yolanda yoshiko yukiko yulia yuliya
    yuriko yvette yvonna yvonne zahra zainab zanele zdravka zehra zeina zeynep zita zoe zofia zuzana zuzanna
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
