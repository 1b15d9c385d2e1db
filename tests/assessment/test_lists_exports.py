"""Whole exports, by the formats that CRMs, directories and scrapers describe; invented businesses.

Each has a header and a row as such a program writes them, and the lead that it must give.
"""

from __future__ import annotations

import csv
import io

import pytest

from lfassess.assessment.intake.lead_row import LeadRow
from lfassess.assessment.intake.lists.rows import Reading, open_list

VALE = {"name": "Vale Roofing", "website": "https://valeroofing.com/", "phone": "+13125550107"}
STREET = "9 Elm St, Springfield, IL, 62704"
WWW = VALE | {"website": "https://www.valeroofing.com/"}

# id: (header, row, what the lead has)
EXPORTS = {
    "hubspot companies": (
        ("Record ID|Company name|Company owner|Create Date|Phone Number|Last Activity Date|Street Address|City"
        "|State/Region|Postal Code|Country/Region|Company Domain Name|Industry|Number of Employees"),
        ("1001|Vale Roofing|Bo Reed|2026-01-02|(312) 555-0107||9 Elm St|Springfield|IL|62704"
        "|United States|valeroofing.com|CONSTRUCTION|12"),
        VALE | {"address": STREET},
    ),
    "hubspot contacts": (
        ("Record ID|First Name|Last Name|Email|Phone Number|Company Name|Website URL|Job Title|Lead Status"
        "|Contact owner|City|State/Region"),
        ("7|Ann|Vale|ann@valeroofing.com|(312) 555-0107|Vale Roofing|www.valeroofing.com|Owner|New"
        "|Bo Reed|Springfield|IL"),
        WWW | {"address": "Springfield, IL"},
    ),
    "salesforce leads": (
        ("First Name|Last Name|Title|Company / Account|Lead Source|Street|City|State/Province"
        "|Zip/Postal Code|Country|Phone|Mobile|Fax|Email|Website|Lead Status|Rating|Lead Owner"),
        ("Ann|Vale|Owner|Vale Roofing|Web|9 Elm St|Springfield|IL|62704|United States|(312) 555-0107"
        "||(312) 555-0199|ann@valeroofing.com|www.valeroofing.com|Open|Hot|Bo Reed"),
        WWW | {"address": STREET},
    ),
    "salesforce accounts": (
        ("Account ID|Account Name|Account Owner|Type|Industry|Phone|Website|Billing Street|Billing City"
        "|Billing State/Province|Billing Zip/Postal Code|Billing Country|Last Modified Date"),
        ("0015x|Vale Roofing|Bo Reed|Prospect|Construction|(312) 555-0107|http://valeroofing.com|9 Elm St"
        "|Springfield|IL|62704|USA|2026-02-03"),
        VALE | {"website": "http://valeroofing.com/", "address": STREET},
    ),
    "pipedrive organizations": (
        ("Organization - Name|Organization - Label|Organization - Owner|Organization - People"
        "|Organization - Address|Organization - Website|Organization - Phone|Organization - ID"),
        "Vale Roofing|Hot|Bo Reed|2|9 Elm St, Springfield, IL 62704|valeroofing.com|+1 312-555-0107|12",
        VALE | {"address": "9 Elm St, Springfield, IL 62704"},
    ),
    "pipedrive leads": (
        "Title|Label|Person - Name|Person - Phone|Organization - Name|Organization - Website|Value",
        "New roof|Hot|Ann Vale|312-555-0107|Vale Roofing|valeroofing.com|5000",
        VALE,
    ),
    "zoho leads": (
        ("Record Id|Lead Owner|Company|First Name|Last Name|Designation|Email|Phone|Fax|Mobile|Website"
        "|Lead Source|Lead Status|Industry|No. of Employees|Street|City|State|Zip Code|Country"),
        ("zcrm_1|Bo Reed|Vale Roofing|Ann|Vale|Owner|ann@valeroofing.com|312.555.0107|||valeroofing.com"
        "|Web|New|Roofing|12|9 Elm St|Springfield|IL|62704|United States"),
        VALE | {"address": STREET},
    ),
    "zoho accounts": (
        ("Account Name|Account Owner|Phone|Website|Account Type|Industry|Billing Street|Billing City"
        "|Billing State|Billing Code|Billing Country"),
        ("Vale Roofing|Bo Reed|3125550107|valeroofing.com|Customer|Roofing|9 Elm St|Springfield|IL"
        "|62704|USA"),
        VALE | {"address": STREET},
    ),
    "apollo people": (
        ("First Name|Last Name|Title|Company|Company Name for Emails|Email|Email Status|Seniority"
        "|Departments|Work Direct Phone|Mobile Phone|Corporate Phone|# Employees|Industry|Keywords"
        "|Person Linkedin Url|Website|Company Linkedin Url|Facebook Url|Twitter Url|City|State|Country"
        "|Company Address|Company City|Company State|Company Country|Company Phone|Technologies"),
        ("Ann|Vale|Owner|Vale Roofing|Vale Roofing|ann@valeroofing.com|Verified|Owner|C-Suite|||'+1 312-555-0107|12"
        "|construction|roofs|http://www.linkedin.com/in/annvale|http://valeroofing.com"
        "|http://www.linkedin.com/company/valeroofing|https://facebook.com/valeroofing||Springfield|Illinois"
        "|United States|9 Elm St, Springfield, Illinois, United States, 62704|Springfield|Illinois"
        "|United States|'+1 312-555-0107|WordPress"),
        VALE | {"website": "http://valeroofing.com/", "country": "US"},
    ),
    "apollo accounts": (
        ("Company|Company Name for Emails|Account Stage|Lists|# Employees|Industry|Account Owner|Website"
        "|Company Linkedin Url|Company Street|Company City|Company State|Company Country"
        "|Company Postal Code|Company Address|Company Phone|Total Funding"),
        ("Vale Roofing|Vale|Cold|A|12|construction|Bo Reed|http://www.valeroofing.com"
        "|http://linkedin.com/company/vale|9 Elm St|Springfield|Illinois|United States|62704"
        "|9 Elm St, Springfield, Illinois, United States, 62704|+1 312-555-0107|"),
        WWW | {"website": "http://www.valeroofing.com/"},
    ),
    "zoominfo companies": (
        ("ZoomInfo Company ID|Company Name|Website|Founded Year|Company HQ Phone|Fax|Ticker"
        "|Revenue (in 000s USD)|Employees|Primary Industry|Company Street Address|Company City"
        "|Company State|Company Zip Code|Company Country|LinkedIn Company Profile URL"),
        ("34|Vale Roofing|www.valeroofing.com|1999|(312) 555-0107|||500|12|Construction|9 Elm St"
        "|Springfield|Illinois|62704|United States|http://www.linkedin.com/company/vale"),
        WWW | {"address": "9 Elm St, Springfield, Illinois, 62704"},
    ),
    "zoominfo contacts": (
        ("ZoomInfo Contact ID|Last Name|First Name|Middle Name|Job Title|Management Level|Direct Phone Number"
        "|Email Address|Mobile phone|Person Street|Person City|ZoomInfo Company ID|Company Name|Website"
        "|Company HQ Phone"),
        "9|Vale|Ann||Owner|C-Level|||(217) 555-0100|||34|Vale Roofing|valeroofing.com|(312) 555-0107",
        VALE,
    ),
    "outscraper": (
        ("query|name|site|subtypes|category|type|phone|full_address|borough|street|city|postal_code|state"
        "|us_state|country|country_code|latitude|longitude|time_zone|plus_code|rating|reviews|reviews_link"
        "|photos_count|photo|street_view|working_hours|business_status|about|logo|owner_title|owner_link"
        "|booking_appointment_link|menu_link|order_links|location_link|place_id|google_id|cid|email_1|facebook"),
        ("roofers springfield|Vale Roofing|https://valeroofing.com/?utm_source=gmb|Roofer|roofing|Roofer"
        "|+1 312-555-0107|9 Elm St, Springfield, IL 62704||9 Elm St|Springfield|62704|Illinois|Illinois"
        "|United States of America|US|39.7|-89.6|America/Chicago|86GW|4.7|120"
        "|https://search.google.com/local/reviews?placeid=x|10|https://lh5.example/p|https://lh5.example/s"
        "|{}|OPERATIONAL|{}|https://lh5.example/l|Vale Roofing|https://www.google.com/maps/contrib/1||||"
        "https://www.google.com/maps/place/x|ChIJx|0x1|1|info@valeroofing.com|https://facebook.com/vale"),
        VALE | {"address": "9 Elm St, Springfield, IL 62704", "country": "US"},
    ),
    "apify places": (
        ("title|subTitle|price|categoryName|address|neighborhood|street|city|postalCode|state|countryCode"
        "|website|phone|phoneUnformatted|location/lat|location/lng|totalScore|permanentlyClosed"
        "|temporarilyClosed|placeId|reviewsCount|imageUrl|url|searchString|rank"),
        ("Vale Roofing|||Roofer|9 Elm St, Springfield, IL 62704||9 Elm St|Springfield|62704|Illinois|US"
        "|https://valeroofing.com/|(312) 555-0107|+13125550107|39.7|-89.6|4.7|false|false|ChIJx|120"
        "|https://lh5.example/p|https://www.google.com/maps/search/?api=1&query=x|roofer|1"),
        VALE | {"address": "9 Elm St, Springfield, IL 62704"},
    ),
    "phantombuster places": (
        ("placeUrl|title|rating|reviewCount|category|address|plusCode|website|phoneNumber|currentStatus"
        "|imgUrl|query|timestamp"),
        ("https://www.google.com/maps/place/Vale|Vale Roofing|4.7|120|Roofer|9 Elm St, Springfield, IL"
        "|86GW|valeroofing.com|+1 312-555-0107|Open|https://lh5.example/p|roofer|2026-01-02T03:04:05Z"),
        VALE | {"address": "9 Elm St, Springfield, IL"},
    ),
    "phantombuster linkedin": (
        "profileUrl|fullName|firstName|lastName|companyName|title|companyUrl|companyWebsite|location",
        ("https://www.linkedin.com/in/annvale|Ann Vale|Ann|Vale|Vale Roofing|Owner"
        "|https://www.linkedin.com/company/1|http://valeroofing.com|Springfield, Illinois"),
        {"name": "Vale Roofing", "website": "http://valeroofing.com/"},
    ),
    "gosom": (
        ("input_id|link|title|category|address|open_hours|popular_times|website|phone|plus_code"
        "|review_count|review_rating|reviews_per_rating|latitude|longitude|cid|status|descriptions"
        "|reviews_link|thumbnail|timezone|price_range|data_id|images|reservations|order_online|menu|owner"
        "|complete_address|about|user_reviews|emails"),
        ("q1|https://www.google.com/maps/place/x|Vale Roofing|Roofer|9 Elm St, Springfield, IL 62704|{}|{}"
        "|/url?q=https://valeroofing.com/&opi=1|+1 312-555-0107|86GW|120|4.7|{}|39.7|-89.6|1|Open|"
        "|https://search.google.com/local/reviews?placeid=x|https://lh5.example/p|America/Chicago||0x1|[]|[]|[]"
        "|{}|{}|{}|[]|[]|info@valeroofing.com"),
        VALE | {"address": "9 Elm St, Springfield, IL 62704"},
    ),
    "d7 lead finder": (
        ("Name|Phone|Email|Website|Category|Address1|Address2|Region|ZIP|Country|Google Stars|Google Count"
        "|Yelp Stars|Facebook Stars|Instagram|Facebook Profile|LinkedIn|Has SSL|Domain Registration"),
        ("Vale Roofing|(312) 555-0107|info@valeroofing.com|http://valeroofing.com|Roofer|9 Elm St|Unit 2|IL"
        "|62704|US|4.7|120|4|5|||| 1|2010-01-02"),
        VALE | {"website": "http://valeroofing.com/", "address": "9 Elm St, Unit 2, IL, 62704"},
    ),
    "places api": (
        ("id|displayName.text|formattedAddress|nationalPhoneNumber|internationalPhoneNumber|websiteUri"
        "|googleMapsUri|rating|userRatingCount|businessStatus|primaryType|location.latitude"),
        ("ChIJx|Vale Roofing|9 Elm St, Springfield, IL 62704, USA|(312) 555-0107|+1 312-555-0107"
        "|https://valeroofing.com/|https://maps.google.com/?cid=1|4.7|120|OPERATIONAL|roofer|39.7"),
        VALE | {"address": "9 Elm St, Springfield, IL 62704, USA"},
    ),
    "places api, old": (
        ("place_id|name|formatted_address|formatted_phone_number|international_phone_number|website|url"
        "|rating|user_ratings_total|business_status|vicinity"),
        ("ChIJx|Vale Roofing|9 Elm St, Springfield, IL 62704, USA|(312) 555-0107|+1 312-555-0107"
        "|https://valeroofing.com/|https://maps.google.com/?cid=1|4.7|120|OPERATIONAL|9 Elm St"),
        VALE | {"address": "9 Elm St, Springfield, IL 62704, USA"},
    ),
    "yellow pages scraper": (
        "business_name|categories|phone|street|locality|region|zip|website|rating|listing_url",
        ("Vale Roofing|Roofers|(312) 555-0107|9 Elm St|Springfield|IL|62704|http://valeroofing.com"
        "|4|https://www.yellowpages.com/springfield-il/mip/vale-1"),
        VALE | {"website": "http://valeroofing.com/", "address": STREET},
    ),
    "instantly": (
        "email|first_name|last_name|company_name|phone|website|location|personalization",
        "ann@valeroofing.com|Ann|Vale|Vale Roofing|312-555-0107|valeroofing.com|Springfield, IL|Hi Ann",
        VALE,
    ),
    "clay": (
        "Find Companies|Name|Domain|LinkedIn URL|Description|Primary Industry|Size|Type|Location|Country",
        ("x|Vale Roofing|valeroofing.com|https://linkedin.com/company/vale|Roofs|Construction|11-50"
        "|Private|Springfield, IL|United States"),
        {"name": "Vale Roofing", "website": "https://valeroofing.com/", "country": "US"},
    ),
    "highlevel contacts": (
        ("Contact Id|First Name|Last Name|Business Name|Company Name|Phone|Email|Created|Tags|Street Address"
        "|City|State|Postal Code|Country|Website|Source"),
        ("c1|Ann|Vale|Vale Roofing|Vale Roofing|+13125550107|ann@valeroofing.com|2026|hot|9 Elm St"
        "|Springfield|IL|62704|US|valeroofing.com|form"),
        VALE | {"address": STREET},
    ),
    "german agency": (
        "Firma;Anrede;Vorname;Nachname;Straße;Hausnummer;PLZ;Ort;Telefon;Telefax;E-Mail;Homepage;Branche",
        ("Bäckerei Hübner GmbH;Frau;Anna;Hübner;Lindenstr.;3;10969;Berlin;030 5550142;030 5550143"
        ";info@huebner.example;www.huebner.example;Bäckerei"),
        {"name": "Bäckerei Hübner GmbH", "website": "https://www.huebner.example/",
         "phone": "+49305550142", "address": "Lindenstr. 3, Berlin, 10969"},
    ),
    "french agency": (
        "Raison sociale;Nom du dirigeant;Adresse;Code postal;Ville;Téléphone;Site internet;Courriel;Code NAF",
        ("Plomberie Dupuis;Jean Dupuis;12 rue des Lilas;75011;Paris;01 55 50 01 42"
        ";plomberie-dupuis.fr;contact@plomberie-dupuis.fr;4322A"),
        {"name": "Plomberie Dupuis", "website": "https://plomberie-dupuis.fr/", "phone": "+33155500142",
         "address": "12 rue des Lilas, Paris, 75011", "country": "FR"},
    ),
    "spanish agency": (
        "Razón social;Nombre comercial;Dirección;Código postal;Población;Provincia;Teléfono;Página web;Correo electrónico",
        "Taller Ortega SL;Taller Ortega;Calle Mayor 3;28013;Madrid;Madrid;915 550 142;tallerortega.es;info@tallerortega.es",
        {"name": "Taller Ortega", "website": "https://tallerortega.es/", "phone": "+34915550142",
         "address": "Calle Mayor 3, Madrid, 28013", "country": "ES"},
    ),
    "italian agency": (
        "Ragione sociale;Indirizzo;CAP;Comune;Provincia;Telefono;Sito web;E-mail;Titolare",
        "Forno Bianchi;Via Roma 3;20121;Milano;MI;02 5550 1422;fornobianchi.it;info@fornobianchi.it;Luca Bianchi",
        {"name": "Forno Bianchi", "website": "https://fornobianchi.it/", "phone": "+390255501422",
         "address": "Via Roma 3, Milano, MI, 20121", "country": "IT"},
    ),
    "dutch agency": (
        "Bedrijfsnaam;Contactpersoon;Straat;Huisnummer;Postcode;Plaats;Telefoonnummer;Website;E-mailadres",
        ("Bakkerij De Vries;Jan de Vries;Keizersgracht;3;1015 CJ;Amsterdam;020 555 0142"
        ";bakkerijdevries.nl;info@bakkerijdevries.nl"),
        {"name": "Bakkerij De Vries", "website": "https://bakkerijdevries.nl/", "phone": "+31205550142",
         "address": "Keizersgracht 3, Amsterdam, 1015 CJ", "country": "NL"},
    ),
    "portuguese agency": (
        "Nome da empresa;Morada;Código postal;Localidade;Telefone;Site;E-mail;Responsável",
        "Padaria Lopes;Rua Augusta 3;1100-048;Lisboa;211 550 142;padarialopes.pt;geral@padarialopes.pt;Ana Lopes",
        {"name": "Padaria Lopes", "website": "https://padarialopes.pt/", "phone": "+351211550142",
         "address": "Rua Augusta 3, Lisboa, 1100-048", "country": "PT"},
    ),
    "brazilian agency": (
        "Razão social;Nome fantasia;Endereço;Cidade;UF;CEP;Telefone;Site da empresa",
        "Padaria Souza Ltda;Padaria Souza;Rua A 3;São Paulo;SP;01001-000;(11) 2555-0142;padariasouza.com.br",
        {"name": "Padaria Souza", "website": "https://padariasouza.com.br/", "phone": "+551125550142",
         "address": "Rua A 3, São Paulo, SP, 01001-000", "country": "BR"},
    ),
    "dutch directory": (
        "Naam bedrijf;Straat + nr;Postcode + plaats;Tel.nr;Internetadres",
        "Bakkerij De Vries;Damrak 5;1012 LG Amsterdam;020 555 0142;bakkerijdevries.nl",
        {"name": "Bakkerij De Vries", "website": "https://bakkerijdevries.nl/", "phone": "+31205550142",
         "address": "Damrak 5, 1012 LG Amsterdam", "country": "NL"},
    ),
    "dentists' register": (
        "Practice Name|Practice Address|Practice Postcode|Practice Phone|Practice Website|Principal Dentist",
        "Vale Dental|1 High St, Leeds|LS1 4AB|0113 496 0001|vale-dental.co.uk|Dr Ann Vale",
        {"name": "Vale Dental", "website": "https://vale-dental.co.uk/", "phone": "+441134960001",
         "address": "1 High St, Leeds, LS1 4AB", "country": "GB"},
    ),
}  # fmt: skip


# header, row, and the address and country that it must give
ADDRESSES = {
    "a person's city beside the company's address": (
        "First Name|Last Name|Company|Website|City|State|Country|Company Address",
        "Ann|Vale|Vale Roofing|vale.com|Toronto|Ontario|Canada|9 Elm St, Springfield, Illinois",
        "9 Elm St, Springfield, Illinois",
        "CA",
    ),
    "a person's country beside the company's": (
        ("First Name|Last Name|Job Title|Person Street|Person City|Person State|Country|Company Name|Website"
        "|Company Street Address|Company City|Company State|Company Zip Code|Company Country"),
        ("Ann|Vale|Owner|1 Home St|Joliet|Indiana|Canada|Vale Roofing|vale.com|9 Elm St|Springfield|IL"
        "|62704|United States"),
        STREET,
        "US",
    ),
    "zoominfo's full address": (
        ("Last Name|First Name|Job Title|Person City|Person State|Person Zip Code|Country|Company Name|Website"
        "|Full Address"),
        "Vale|Ann|Owner|Joliet|Indiana|60431|United States|Vale Roofing|vale.com|9 Elm St, Springfield",
        "9 Elm St, Springfield",
        "US",
    ),
    "a company's street with the town of nobody in particular": (
        "First Name|Last Name|Company|Website|Company Street|City|State|Zip",
        "Ann|Vale|Vale Roofing|vale.com|9 Elm St|Springfield|IL|62704",
        STREET,
        "US",
    ),
    "a company's address with a town": (
        "Company|Website|Company Address|City|State|Zip",
        "Vale Roofing|vale.com|9 Elm St|Springfield|IL|62704",
        STREET,
        "US",
    ),
    "mailing before billing": (
        ("Company|Website|Mailing Street|Mailing City|Mailing State|Billing Street|Billing City"
        "|Billing State"),
        "Vale Roofing|vale.com|PO Box 5|Dallas|TX|9 Elm St|Springfield|IL",
        "9 Elm St, Springfield, IL",
        "US",
    ),
    "billing without a town": (
        ("Company|Website|Billing Street|Billing City|Billing State|Shipping Street|Shipping City"
        "|Shipping State"),
        "Vale Roofing|vale.com|9 Elm St||IL|2 Ship St|Dallas|TX",
        "9 Elm St, IL",
        "US",
    ),
    "shipping alone": (
        "Company|Website|Billing Street|Billing City|Shipping Street|Shipping City",
        "Vale Roofing|vale.com|||2 Ship St|Dallas",
        "2 Ship St, Dallas",
        "US",
    ),
    "a mailing address with its town": (
        "Company|Website|Mailing Address|City|State|Zip",
        "Vale Roofing|vale.com|9 Elm St|Springfield|IL|62704",
        STREET,
        "US",
    ),
    "a contact's address with its town": (
        "Company|Website|Contact Address|City|State|Zip",
        "Vale Roofing|vale.com|9 Elm St|Springfield|IL|62704",
        STREET,
        "US",
    ),
    "a contact's location": (
        "First name|Last name|Company name|Website|Contact location|Company location",
        "Ann|Vale|Vale Roofing|vale.com|Chicago, US|Springfield, US",
        "Springfield, US",
        "US",
    ),
    "json beside an address": (
        "title|website|address|complete_address",
        'Vale Roofing|vale.com|9 Elm St, Springfield|{"street":"1 X St","city":"Y"}',
        "9 Elm St, Springfield",
        "US",
    ),
    "json alone": (
        "title|website|complete_address",
        ('Vale Roofing|vale.com|{"borough":"","street":"9 Elm St","city":"Springfield"'
        ',"postal_code":62704,"state":"IL","country":null}'),
        STREET,
        "US",
    ),
    "a house's number and what is added to it": (
        "Bedrijf|Website|Straat|Huisnummer|Toevoeging|Woonplaats|Postcode",
        "Vale Roofing|vale.com|Damrak|5|A|Amsterdam|1012 LG",
        "Damrak 5 A, Amsterdam, 1012 LG",
        "US",
    ),
    "openstreetmap's": (
        "name|website|addr:street|addr:housenumber|addr:city|addr:postcode",
        "Vale Roofing|vale.com|Elm St|9|Springfield|62704",
        "Elm St 9, Springfield, 62704",
        "US",
    ),
    "broken json": ("title|website|address", 'Vale Roofing|vale.com|{"street":', None, "US"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ADDRESSES)
def test_an_address_is_one_companys_or_persons(tmp_path, kind):
    header, row, address, country = ADDRESSES[kind]
    lead = read_one(tmp_path, header, row, "US")
    assert (lead.name, lead.address, lead.country) == ("Vale Roofing", address, country)


def test_there_are_enough_of_them():
    assert len(EXPORTS) >= 30


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_goes_in_right(tmp_path, kind):
    header, row, expected = EXPORTS[kind]
    lead = read_one(tmp_path, header, row, "DE" if kind == "german agency" else "US")
    assert {key: getattr(lead, key) for key in expected} == expected


def read_one(tmp_path, header, row, country):
    """Return the only lead of a list with this header and row."""
    given = ";" if header.count(";") > header.count("|") else "|"
    out = io.StringIO()
    csv.writer(out).writerows([header.split(given), row.split(given)])
    path = tmp_path / "export.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    with open_list(path, Reading(country)) as opened:
        (lead,) = opened.rows
    assert isinstance(lead, LeadRow), (lead, opened.columns.explained())
    return lead
