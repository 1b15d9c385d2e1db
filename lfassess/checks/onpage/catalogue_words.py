"""Words by which links, titles and texts are recognised, in the languages of the usual leads."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_I: Final = re.IGNORECASE

# Looked for in text in lower case: looking for either case takes four to eight times as long.
CONTACT: Final = re.compile(
    r"\b(?:contact|contacts|contact[-_ ]?us|get[-_ ]in[-_ ]touch"
    r"|reach[-_ ]us|find[-_ ]us|visit[-_ ]us|locations?|directions|kontakt\w*|anfahrt"
    r"|so finden sie|contacto|contactez|nous contacter"
    r"|contatti|contattaci|contato|yhteystiedot|ota yhteyttä|kapcsolat|επικοινωνία|контакти)\b"
)
PRIVACY: Final = re.compile(
    r"privacy|datenschutz|confidentialit(?:é|e\b|%c3%a9)|privacidad|riservatezza|privacidade|gdpr|dsgvo"
    r"|data[-_ ]protection|cookie[-_ ]?(?:policy|richtlinie)|personvern|integritet|tietosuoja"
    r"|donn[ée]es[-_ ]personnelles|protection[-_ ]des[-_ ]donn|datos[-_ ]personales"
    r"|protecci[óo]n[-_ ]de[-_ ]datos|protezione[-_ ]dei[-_ ]dati|prote[çc][ãa]o[-_ ]de[-_ ]dados"
    r"|privatliv|persondata|prywatno|\brodo\b|osobn[íi]ch[-_ ][úu]daj|soukrom|s[úu]kromi"
    r"|adatv[ée]del|adatkezel|confiden[tțţ]ialitate|apdorojim|privatum|privātum|privaatsus"
    r"|privatnost|zasebnost|απορρήτου|поверителност"
)
IMPRINT: Final = re.compile(
    r"\b(?:impressum|imprint|legal[-_ ]notice|anbieterkennzeichnung|anbieterkennung|offenlegung"
    r"|rechtliche[srn]?(?:[-_ ]hinweise)?|mentions[-_ ]l(?:é|e|%c3%a9)gales|note[-_ ]legali)\b"
    r"|angaben gem(?:äß|ass|\.) § ?5"
)
WORTHY: Final = re.compile(
    r"about|ueber|über|services?|leistung|angebot|menu|speise|prices?|pricing|preise|fees"
    r"|book|appointment|termin|reserv|team|staff|review|gallery|products?|produkt"
)
VAGUE: Final = frozenset(
    ("click here", "click", "click this", "here", "this", "this page", "link", "hier",
     "hier klicken", "klicken sie hier", "ici", "cliquez ici", "aquí", "haga clic aquí",
     "clic aquí",
     "qui", "clicca qui",
     "klik hier", "clique aqui")
)  # fmt: skip
GENERIC_TITLE: Final = re.compile(
    r"(?:(?:new|my|our|the|your)? ?(?:home|home ?page|index|untitled(?: document| page| site)?"
    r"|welcome|start|startseite|willkommen|accueil|bienvenue|inicio|bienvenidos?|web ?site|site"
    r"|page"
    r"|site title|page title|title|document|main|default|blank page|wordpress|my blog"
    r"|just another wordpress site|new page \d*|home ?- ?home))[\s.!|\u2013\u2014-]*(?:page)?\s*",
    _I,
)
GENERIC_HEADING: Final = re.compile(
    r"(?:welcome|welcome to (?:our|my|the) (?:web ?site|home ?page|site|page)|home|home ?page"
    r"|willkommen|willkommen auf unserer (?:web|internet)?seite|hello|hello,? world|heading|title"
    r"|(?:your )?(?:headline|title|heading)(?: goes)?(?: here)?|bienvenue|bienvenidos?)\W*",
    _I,
)
# Sentences that builders and themes bring along. What a person might write as well is left out.
# They are in lower case, too.
_SAMPLE: Final = re.compile(
    r"lorem ipsum|dolor sit amet|i['\u2019]m a paragraph\. click here to add your own text"
    r"|just another wordpress site|welcome to wordpress\. this is your first post"
    r"|this is an example page\. it['\u2019]s different from a blog post"
    r"|this is (?:a sample|your new) (?:page|blog post)\b|it all begins with an idea\."
    r"|(?:add|put|insert|type|write) your (?:own )?(?:text|content|description|copy) here"
    r"|(?:your|the) (?:text|content|description|tagline|slogan|headline) (?:goes )?here"
    r"|click (?:edit|here) (?:button )?to (?:change|edit|add) this text|^your company name$"
    r"|©[^\n]{0,20}\byour (?:web ?site|company|business|name)\b|©[^\n]{0,20}\bcompany name\b"
    r"|quick example text to build on the card|blindtext|hier steht ihr text|texte d'exemple",
    re.MULTILINE,
)


# One of them is in whatever _SAMPLE finds: most pages have none, and looking takes a tenth.
_OF_SAMPLES: Final = (
    "lorem ipsum", "dolor sit amet", "a paragraph. click here", "wordpress", "example page.",
    "this is a sample", "this is your new", "it all begins", "add your", "put your", "insert your",
    "type your", "write your", "goes here", "text here", "content here", "description here",
    "tagline here", "slogan here", "headline here", "this text", "©",
    "your company name", "quick example text", "blindtext", "hier steht ihr", "texte d'exemple",
)  # fmt: skip


def samples(text: str) -> list[str]:
    """Return the sentences of builders and themes in a text."""
    lower = text.lower()
    if not any(words in lower for words in _OF_SAMPLES):
        return []
    shown = text if len(text) == len(lower) else lower
    return [shown[found.start() : found.end()] for found in _SAMPLE.finditer(lower)]


# UTF-8 that was read as Latin-1 or Windows-1252, and what decoders put for what they can't read.
GARBLED: Final = re.compile(
    "\\w{0,15}(?:\u00c3[\u0080-\u00bf\u0192\u201a\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u0152\u017d\u2018\u2019"
    "\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u0153\u017e\u0178]"
    "|\u00e2\u20ac[\u2122\u0153\u009d\u201c\u201d\u2019\u02dc\u00a6\u00a2]|\u00c2[\u00a9\u00ae\u00b0\u00a3\u00a0])\\w{0,15}"
    "|\\w{0,15}\ufffd+\\w{0,15}"
)
_GARBLES: Final = "\u00c3\u00e2\u00c2\ufffd"  # one of them is in whatever GARBLED finds


def garbled(text: str) -> list[str]:
    """Return the words of a text that a wrong character set has spoilt."""
    if not any(letter in text for letter in _GARBLES):
        return []
    return [found[0] for found in GARBLED.finditer(text)]


SPAM: Final = re.compile(
    r"\b(?:viagra|cialis|levitra|kamagra|sildenafil|tadalafil|vardenafil|xanax|tramadol|oxycodone"
    r"|(?:online|best|live|free) casino|casino (?:online|bonus|slots?)|casino"
    r"|slot gacor|slot online|situs (?:judi|slot)|judi online|togel|sbobet|poker online"
    r"|betting sites?|payday loans?"
    r"|replica (?:watch\w*|rolex|bags?|handbags?)|fake (?:rolex|watches)|louis vuitton outlet"
    r"|cheap (?:nfl )?jerseys|essay writing service"
    r"|write my essay|buy followers|escorts? service|porn\w*|xxx)\b",
    _I,
)
JAPANESE: Final = re.compile("[\u3040-\u30ff]")

_STOP_WORDS: Final = {
    "en": "the and of to in is for with you your our are we that this have from on",
    "de": "der die das und ist mit für sie wir ihr nicht auf ein eine von zu den im",
    "fr": "le la les des et est pour vous nous votre dans une avec sur pas qui du au",
    "es": "el los las y es para con usted su nuestro una por que del en nuestra más",
    "it": "il gli di che è per con una non sono della nostro anche più nel alla dei le",
    "nl": "de het een van en is voor met wij niet op zijn onze bij ook aan uw naar",
    "pt": "o os as e é para com uma não nosso você por mais dos das em que sua",
    "pl": "i w na z do się jest nie oraz dla nasze po od przez są jak naszej to",
    "sv": "och att det är för med en ett på vi som av inte till din vår har från",
    "da": "og at det er for med en et på vi som af ikke til din vores har fra",
}
STOP_WORDS: Final = {code: frozenset(words.split()) for code, words in _STOP_WORDS.items()}
_ALL_STOP_WORDS: Final = frozenset().union(*STOP_WORDS.values())
_WORDS: Final = re.compile(r"[^\W\d_]+")
_ASCII_WORDS: Final = re.compile(r"[a-z]+")  # the same, and faster
_FEWEST: Final = 80  # words of a text that are judged
_MAX_WORDS: Final = 600
_SHARE: Final = 0.08
_LEAD: Final = 1.6  # times the runner-up


def language_of(text: str) -> str | None:
    """Return the language that a text's small words are of; None where that isn't sure."""
    start = text[: 8 * _MAX_WORDS].lower()
    words = (_ASCII_WORDS if start.isascii() else _WORDS).findall(start)[:_MAX_WORDS]
    if len(words) < _FEWEST:
        return None
    often = Counter(word for word in words if word in _ALL_STOP_WORDS)
    counts = {
        code: sum(count for word, count in often.items() if word in stop)
        for code, stop in STOP_WORDS.items()
    }
    (best, most), (_, second) = sorted(counts.items(), key=lambda item: -item[1])[:2]
    return best if most >= _SHARE * len(words) and most >= _LEAD * second else None
