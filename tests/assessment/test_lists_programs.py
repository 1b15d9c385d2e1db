"""Whole lists of further programs, and what a careful person would have entered of each row."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lfassess.assessment.intake.lead_row import LeadRow
from lfassess.assessment.intake.lists.encoding import UnsureEncodingError
from lfassess.assessment.intake.lists.rows import Reading, open_list

# id: header, rows, by row (name, website's host or None, phone, address, country)
LISTS = {
    "hubspot contacts with companies": (
        "Record ID|First Name|Last Name|Email|Phone Number|Contact owner|Associated Company|Job Title",
        ["1|Dana|Poe|dana@alderfinch.com|(503) 226-0144|Mira Solis|Alder & Finch Dental|Owner"],
        [("Alder & Finch Dental", "alderfinch.com", "+15032260144", None, "US")],
    ),
    "salesforce accounts, by the interface's names": (
        ("Id|Name|BillingStreet|BillingCity|BillingState|BillingPostalCode|BillingCountry|ShippingStreet"
        "|ShippingCity|Phone|AccountNumber|Website|PhotoUrl|Site|OwnerId"),
        [("001|Harbor Lane Vets|14 Harbor Ln|Portland|ME|04101|USA|PO Box 9|Bath|(207) 774-0133|CD355112"
         "|www.harborlanevets.com|/services/images/photo/001|Headquarters|005"),
         "002|Ridge Auto Glass|||||||||CD355113||/services/images/photo/002||005"],
        [("Harbor Lane Vets", "www.harborlanevets.com", "+12077740133",
          "14 Harbor Ln, Portland, ME, 04101", "US")],
    ),
    "pipedrive organizations, all columns": (
        ("Organization - ID|Organization - Name|Organization - Owner|Organization - Address"
        "|Organization - Apartment/suite no of Address|Organization - House number of Address"
        "|Organization - Street/road name of Address|Organization - District/sublocality of Address"
        "|Organization - City/town/village/locality of Address|Organization - Country of Address"
        "|Organization - ZIP/Postal code of Address|Organization - Full/combined address of Address"
        "|Organization - Website|Organization - Phone"),
        [("1|Kiefer Optik|Eva Lang|Lange Str. 4, 70173 Stuttgart, Germany||4|Lange Stra\u00dfe|Mitte|Stuttgart"
         "|Germany|70173|Lange Str. 4, 70173 Stuttgart, Germany|kiefer-optik.de|0711 2263310"),
         "2|Moosbauer|Eva Lang||B|12|Rosenweg||Ulm|Germany|89073|||0731 602140"],
        [("Kiefer Optik", "kiefer-optik.de", "+497112263310",
          "Lange Str. 4, 70173 Stuttgart, Germany", "DE"),
         ("Moosbauer", None, "+49731602140", "Rosenweg 12, B, Ulm, 89073", "DE")],
    ),
    "phantombuster places": (
        "placeUrl|title|rating|address|website|phoneNumber|imgUrl|query",
        [("https://www.google.com/maps/place/a|Caf\u00e9 Lumi\u00e8re|4.6|5 Rue de la Paix, 75002 Paris, France"
         "|cafe-lumiere.fr|+33 1 42 61 01 40|https://lh5.googleusercontent.com/p/x|caf\u00e9"),
         ("https://www.google.com/maps/place/b|Bistrot|4.1|7 Rue de la Paix, 75002 Paris, France"
         "||01 42 61 01 41|https://lh5.googleusercontent.com/p/y|caf\u00e9")],
        [("Caf\u00e9 Lumi\u00e8re", "cafe-lumiere.fr", "+33142610140",
          "5 Rue de la Paix, 75002 Paris, France", "FR"),
         ("Bistrot", None, "+33142610141", "7 Rue de la Paix, 75002 Paris, France", "FR")],
    ),
    "sales navigator": (
        ("profileUrl|fullName|companyName|title|companyUrl|companyLocation|location"
        "|pastExperienceCompanyName"),
        ["https://www.linkedin.com/sales/lead/1|Joana Reis||CEO||Lisboa, Portugal|Porto, Portugal|Old Corp"],
        [],
    ),
    "outscraper, enriched": (
        ("query|name|site|company_insights.name|phone|phone.phones_enricher.carrier_name|full_address"
        "|street|city|postal_code|state|country_code|domain|email_1|site.company_insights"),
        [("q|Petal & Stem|https://petalandstem.com/|Petal and Stem Inc|+1 303-830-0140|Comcast"
         "|44 Pine St, Denver, CO 80203|44 Pine St|Denver|80203|Colorado|US|petalandstem.com"
         "|info@petalandstem.com|")],
        [("Petal & Stem", "petalandstem.com", "+13038300140", "44 Pine St, Denver, CO 80203", "US")],
    ),
    "a browser's scraper, with style classes for names": (
        "hfpxzc href|qBF1Pd|MW4etd|UY7F9|W4Efsd|W4Efsd 2|UsdlK|lcr4fd href|Jn12ke src",
        [("https://www.google.com/maps/place/A|Petal & Stem|4.9|(10)|Florist|44 Pine St|(303) 830-0140"
         "|https://petalandstem.com/|https://lh5.googleusercontent.com/p/x"),
         ("https://www.google.com/maps/place/B|Daisy Row|4.1|(12)|Florist|46 Pine St|(303) 830-0141"
         "|https://daisyrow.com/|https://lh5.googleusercontent.com/p/y"),
         ("https://www.google.com/maps/place/C|Fern House|4.0|(2)|Florist|48 Pine St|(303) 830-0142"
         "||https://lh5.googleusercontent.com/p/z")],
        [("Petal & Stem", "petalandstem.com", "+13038300140", "44 Pine St", "US"),
         ("Daisy Row", "daisyrow.com", "+13038300141", "46 Pine St", "US"),
         ("Fern House", None, "+13038300142", "48 Pine St", "US")],
    ),
    "google contacts": (
        ("Name|Given Name|Family Name|E-mail 1 - Value|Phone 1 - Value|Address 1 - Formatted"
        "|Address 1 - Street|Address 1 - City|Address 1 - Region|Address 1 - Postal Code"
        "|Organization 1 - Name|Organization 1 - Title|Website 1 - Value"),
        [("Dana Poe|Dana|Poe|dana@harborlanevets.com|(207) 774-0133|14 Harbor Ln Portland, ME 04101"
         "|14 Harbor Ln|Portland|ME|04101|Harbor Lane Vets|Owner|http://www.harborlanevets.com")],
        [("Harbor Lane Vets", "www.harborlanevets.com", "+12077740133",
          "14 Harbor Ln Portland, ME 04101", "US")],
    ),
    "xero contacts": (
        ("*ContactName|AccountNumber|EmailAddress|FirstName|LastName|POAddressLine1|POCity|PORegion"
        "|POPostalCode|POCountry|SAAddressLine1|SACity|SARegion|SAPostalCode|SACountry|PhoneNumber|Website"),
        [("Koala Signs Pty Ltd|100012|accounts@koalasigns.com.au|Jo|Bell|PO Box 12|Sydney|NSW|2001|Australia"
         "|5 George St|Sydney|NSW|2000|Australia|02 9223 0140|koalasigns.com.au")],
        [("Koala Signs Pty Ltd", "koalasigns.com.au", "+61292230140",
          "5 George St, Sydney, NSW, 2000", "AU")],
    ),
    "german bookkeeping": (
        "Kundennummer|Firma 1|Firma 2|Anrede|Vorname|Name|Stra\u00dfe|Hausnr.|PLZ|Ort|Land|Telefon 1|Internet",
        [("100001|B\u00e4ckerei Gr\u00fcn|Inh. Paul Gr\u00fcn|Herr|Paul|Gr\u00fcn|Am Markt|7|04109|Leipzig|D"
         "|0341/9602140|www.baeckerei-gruen.de"),
         "100002|M\u00f6bel Wei\u00df||Frau|Eva|Wei\u00df|Ring|12 a|04109|Leipzig|D|0341 9602150|"],
        [("B\u00e4ckerei Gr\u00fcn", "www.baeckerei-gruen.de", "+493419602140",
          "Am Markt 7, Leipzig, 04109", "DE"),
         ("M\u00f6bel Wei\u00df", None, "+493419602150", "Ring 12 a, Leipzig, 04109", "DE")],
    ),
    "austrian": (
        "Firmenwortlaut|Strasse/Hausnummer|PLZ|Ort|Vorwahl|Tel.Nr.|Homepage",
        ["Tischlerei \u00d6llinger e.U.|Hauptplatz 1|4020|Linz|0732|770140|www.oellinger.at"],
        [("Tischlerei \u00d6llinger e.U.", "www.oellinger.at", "+43732770140",
          "Hauptplatz 1, Linz, 4020", "AT")],
    ),
    "italian": (
        "Ragione Sociale|P.IVA|Indirizzo|N. civico|CAP|Comune|Prov.|Tel.|PEC|E-mail|Sito Web",
        [("Autofficina Rossi|01234567890|Via Garibaldi|12|50123|Firenze|FI|055 239 0140|rossi@pec.it"
         "|info@autofficinarossi.it|www.autofficinarossi.it"),
         ("Pasticceria Bellini|01234567891|Piazza Dante|3|50122|Firenze|FI|0552390141"
         "|bellini@legalmail.it||")],
        [("Autofficina Rossi", "www.autofficinarossi.it", "+390552390140",
          "Via Garibaldi 12, Firenze, FI, 50123", "IT"),
         ("Pasticceria Bellini", None, "+390552390141", "Piazza Dante 3, Firenze, FI, 50122", "IT")],
    ),
    "spanish": (
        "C\u00f3digo|Raz\u00f3n Social|Nombre Comercial|CIF/NIF|Domicilio Social|C.P.|Poblaci\u00f3n|Tel\u00e9fono 1|P\u00e1gina web",
        [("1|Mu\u00f1oz e Hijos, S.L.|Ferreter\u00eda Mu\u00f1oz|B12345678|C/ Real, 12, bajo|41001|Sevilla"
         "|954 22 01 40|www.ferreteriamunoz.es"),
         "2|Pe\u00f1a Taller, S.L.||B12345679|Avda. de la Paz s/n|41002|Sevilla|954220141|no tiene"],
        [("Ferreter\u00eda Mu\u00f1oz", "www.ferreteriamunoz.es", "+34954220140",
          "C/ Real, 12, bajo, Sevilla, 41001", "ES"),
         ("Pe\u00f1a Taller, S.L.", None, "+34954220141", "Avda. de la Paz s/n, Sevilla, 41002", "ES")],
    ),
    "brazilian register": (
        ("CNPJ|Raz\u00e3o Social|Nome Fantasia|Tipo Logradouro|Logradouro|N\u00famero|Complemento|Bairro|CEP|UF"
        "|Munic\u00edpio|DDD 1|Telefone 1|Site"),
        [("12.345.678/0001-90|Jo\u00e3o & Cia Ltda|Padaria S\u00e3o Jo\u00e3o|RUA|Augusta|1500|Loja 2|Consola\u00e7\u00e3o"
         "|01304-001|SP|S\u00e3o Paulo|11|3256-0140|www.padariasaojoao.com.br")],
        [("Padaria S\u00e3o Jo\u00e3o", "www.padariasaojoao.com.br", "+551132560140",
          "Augusta 1500, Loja 2, S\u00e3o Paulo, SP, 01304-001", "BR")],
    ),
    "canadian, in french": (
        "Nom de l'entreprise|Adresse municipale|Municipalit\u00e9|Province|Code postal|No de t\u00e9l\u00e9phone|Site Web",
        ["\u00c9rabli\u00e8re C\u00f4t\u00e9 inc.|12 rang Nord|Beauceville|QC|G5X 1A1|418 774-0140|erablierecote.com"],
        [("\u00c9rabli\u00e8re C\u00f4t\u00e9 inc.", "erablierecote.com", "+14187740140",
          "12 rang Nord, Beauceville, QC, G5X 1A1", "CA")],
    ),
    "japanese": (
        "\u4f1a\u793e\u540d|\u30db\u30fc\u30e0\u30da\u30fc\u30b8|\u96fb\u8a71\u756a\u53f7|\u4f4f\u6240",
        ["\u682a\u5f0f\u4f1a\u793e\u3055\u304f\u3089|http://www.sakura.co.jp|03-3562-0141|\u6771\u4eac\u90fd\u4e2d\u592e\u533a\u9280\u5ea71-2-3",
         "\u6709\u9650\u4f1a\u793e\u7530\u4e2d||06-6345-0142|\u5927\u962a\u5e02\u5317\u533a\u6885\u75302-4-9"],
        [("\u682a\u5f0f\u4f1a\u793e\u3055\u304f\u3089", "www.sakura.co.jp", "+81335620141",
          "\u6771\u4eac\u90fd\u4e2d\u592e\u533a\u9280\u5ea71-2-3", "JP"),
         ("\u6709\u9650\u4f1a\u793e\u7530\u4e2d", None, "+81663450142", "\u5927\u962a\u5e02\u5317\u533a\u6885\u75302-4-9", "JP")],
    ),
    "british, bought": (
        "Lead|Web|Ph|Addr|Town|County|P/Code",
        ["Tea Barn|teabarn.co.uk|01904 620140|1 Stonegate|York|North Yorkshire|YO1 8AW",
         "Rope Works|-|01904 620141|2 Stonegate|York|North Yorkshire|YO1 8AW"],
        [("Tea Barn", "teabarn.co.uk", "+441904620140", "1 Stonegate, York, North Yorkshire, YO1 8AW", "GB"),
         ("Rope Works", None, "+441904620141", "2 Stonegate, York, North Yorkshire, YO1 8AW", "GB")],
    ),
    "a form's questions": (
        ("Timestamp|What is your business name?|What is your website address?|Best phone number to reach you"
        "|Your name|Where are you located?|Email Address"),
        [("11/2/2026 10:11|Prairie Dental|prairiedental.com|515-232-0140|Ann Lowe|9 Main St, Ames IA"
         "|ann@prairiedental.com")],
        [("Prairie Dental", "prairiedental.com", "+15152320140", "9 Main St, Ames IA", "US")],
    ),
    "a website by its profile": (
        "Company|Website|Google Maps URL|GMB Website|Main Line|ST|City",
        ["Prairie Dental||https://maps.google.com/?cid=1|prairiedental.com|515-232-0140|IA|Ames"],
        [("Prairie Dental", "prairiedental.com", "+15152320140", "Ames, IA", "US")],
    ),
    "house numbers before streets": (
        "Business|Street Number|Street Name|Unit|City|State|Zip|Phone",
        ["Prairie Dental|9|Main St|Ste 4|Ames|IA|50010|515-232-0140"],
        [("Prairie Dental", None, "+15152320140", "9 Main St, Ste 4, Ames, IA, 50010", "US")],
    ),
}  # fmt: skip
NESTED = {
    "places api": (
        {"places": [{
            "name": "places/ChIJN1t_tDeuEm", "id": "ChIJN1t_tDeuEm", "nationalPhoneNumber": "030 28040140",
            "formattedAddress": "Torstra\u00dfe 9, 10119 Berlin, Germany",
            "websiteUri": "https://www.zahnarzt-torstrasse.com/",
            "displayName": {"text": "Zahnarztpraxis Torstra\u00dfe", "languageCode": "de"},
            "postalAddress": {"regionCode": "DE", "postalCode": "10119", "locality": "Berlin",
                              "addressLines": ["Torstra\u00dfe 9"]},
        }]},
        ("Zahnarztpraxis Torstra\u00dfe", "www.zahnarzt-torstrasse.com", "+493028040140",
         "Torstra\u00dfe 9, 10119 Berlin, Germany", "DE"),
    ),
    "openstreetmap": (
        {"version": 0.6, "elements": [{"type": "node", "id": 1, "lat": 48.2, "lon": 16.3, "tags": {
            "name": "Trattoria Sole", "contact:website": "trattoria-sole.at", "addr:city": "Wien",
            "contact:phone": "+43 1 5333764", "addr:housenumber": "2", "addr:street": "Ring",
            "operator": "Sole GmbH", "brand": "Sole", "contact:facebook": "https://facebook.com/sole",
        }}]},
        ("Trattoria Sole", "trattoria-sole.at", "+4315333764", "Ring 2, Wien", "AT"),
    ),
    "geojson": (
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {
            "name": "Bike Barn", "website": "bikebarn.com", "phone": "(416) 922-0140",
            "address": "12 Queen St W, Toronto, ON M5H 3X4"}}]},
        ("Bike Barn", "bikebarn.com", "+14169220140", "12 Queen St W, Toronto, ON M5H 3X4", "CA"),
    ),
    "airtable": (
        {"records": [{"id": "rec1", "createdTime": "2026-01-02T03:04:05Z", "fields": {
            "Business": "Tea Barn", "Site": "teabarn.com", "Phone": "+44 1904 620140"}}]},
        ("Tea Barn", "teabarn.com", "+441904620140", None, "GB"),
    ),
}  # fmt: skip


@pytest.fixture
def leads(tmp_path):
    def leads(content, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with open_list(path, Reading("US")) as opened:
            rows = list(opened.rows)
        return [row for row in rows if isinstance(row, LeadRow)]

    return leads


def written(header, rows):
    out = io.StringIO()
    csv.writer(out).writerows([header.split("|"), *(row.split("|") for row in rows)])
    return out.getvalue()


def entered(lead):
    host = lead.website and lead.website.split("/")[2]
    return lead.name, host, lead.phone, lead.address, lead.country


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_goes_in_as_a_person_would_enter_it(leads, kind):
    header, rows, expected = LISTS[kind]
    assert [entered(lead) for lead in leads(written(header, rows))] == expected


@pytest.mark.parametrize("kind", NESTED)
def test_objects_within_objects_go_in_as_well(leads, kind):
    answer, expected = NESTED[kind]
    (lead,) = leads(json.dumps(answer), "list.json")
    assert entered(lead) == expected


@pytest.mark.parametrize(
    ("row", "country"),
    [
        ('Vale,vale.com,,"1 Rue A, 75002 Paris, France"', "FR"),
        ('Vale,vale.com,,"Calle B 4, Madrid, Spain, 28013"', "ES"),
        ('Vale,vale.com,,"1 Elm St, Atlanta, Georgia"', "US"),  # the state
        ('Vale,vale.com,,"1 Elm St, Wilmington, DE"', "US"),
        ("Vale,vale.com,+44 1904 620140,", "GB"),
        ("Vale,vale.com,0049 30 28040140,", "DE"),
        ("Vale,vale.com,(416) 922-0140,", "CA"),  # Toronto's code
        ("Vale,vale.com,(800) 922-0140,", "US"),
        ('Vale,vale.it,,"1 Rue A, 75002 Paris, France"', "FR"),
    ],
)  # fmt: skip
def test_a_row_without_a_country_tells_it_otherwise(leads, row, country):
    (lead,) = leads(f"name,website,phone,address\n{row}\n")
    assert lead.country == country


def test_a_number_of_the_default_country_is_read_beside_a_foreign_website(leads):
    (lead,) = leads("name,website,phone\nVale,vale.de,(312) 555-0107\n")
    assert (lead.phone, lead.notes) == ("+13125550107", ())


def test_rows_that_tell_no_country_are_of_the_one_that_most_tell(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "Firma,Web,Telefon\nA,a.de,030 28040140\nB,b.de,\nC,,030 28040141\nD,d.com,\nE,e.de,\n"
    )
    with open_list(path, Reading("US")) as opened:
        assert "ones of DE" in opened.note
        assert [(r.country, r.phone) for r in opened.rows][2:4] == [
            ("DE", "+493028040141"), ("DE", None),
        ]  # fmt: skip


def test_half_of_the_rows_say_nothing_of_the_others(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("name,website\nA,a.de\nB,b.com\nC,c.com\nD,d.de\n")
    with open_list(path, Reading("US")) as opened:
        assert opened.note is None
        assert [r.country for r in opened.rows] == ["DE", "US", "US", "DE"]


def test_further_phones_and_addresses_are_stored(leads):
    (lead,) = leads(
        "name,website,phone,mobile,email,email 2\n"
        "Vale,vale.com,(312) 555-0107,(312) 555-0108,a@vale.com,b@vale.com\n"
    )
    assert lead.phone == "+13125550107"
    assert lead.extra == {
        "Email": "a@vale.com", "Other phones": "+13125550108", "Other emails": "b@vale.com",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "texts"),
    [
        ("cp1252", "Raison sociale;Ville;Site|Garage Lefèvre;Orléans;lefevre.fr|Noël;Château;noel.fr"),
        ("cp1252", "Razão Social;Município;Site|Padaria São João;São Paulo;pao.com.br"),
        ("cp1252", "Razón social;Web|Ferretería Muñoz;munoz.es|Peña;pena.es"),
        ("cp1250", "Name;Web|Řeznictví Dvořák;dvorak.cz|Květiny Růže;ruze.cz"),
        ("cp1250", "Name;Web|Piekarnia Łódź;piekarnia.pl|Świeże Bułki;bulki.pl"),
        ("cp1250", "Name;Web|Kőműves és Társa;komuves.hu|Virágbolt Győr;virag.hu"),
    ],
)  # fmt: skip
def test_a_language_tells_the_encoding(tmp_path, encoding, texts):
    path = tmp_path / "list.csv"
    path.write_bytes(texts.replace("|", "\n").encode(encoding))
    with open_list(path, Reading("US")) as opened:
        names = [row.name for row in opened.rows]
    assert names == [line.split(";")[0] for line in texts.split("|")[1:]]


def test_what_is_asked_shows_names_that_differ(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("name;web\nCafé;cafe.com\nMøller;moller.com\n".encode("cp1252"))
    with pytest.raises(UnsureEncodingError) as e, open_list(path, Reading("US")):
        pass
    assert "Café" not in str(e.value)
    assert "Møller" in str(e.value)
    assert "Mřller" in str(e.value)


@pytest.mark.parametrize(
    "cell",
    ["https://vale.com/logo.png", "https://lh5.googleusercontent.com/p/AF1Qip", "vale.com/a.jpg?w=9"],
)  # fmt: skip
def test_a_picture_is_no_website(leads, cell):
    (lead,) = leads(f"name,website,phone\nVale,{cell},(312) 555-0107\nHill,hill.com,\n")[:1]
    assert lead.website is None
    assert "picture" in lead.notes[0].text
