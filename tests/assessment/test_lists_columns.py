"""Which column of a list holds what: by its name, in seven languages, and by its cells."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.lists.columns import find_columns

# Column names as exports of CRMs, directories and scrapers have them.
NAMES = {
    "website": """
        Website|Website URL|Web Site|web_site|company_url|Company URL|business_website_url|websites
        Website 1|Company Website URL|Company Website|web_url|site_url|Site|root_domain|Homepage
        primary_website|Website Link|Webseite|Site Web|site_web|Sito web|Página web|WebsiteUri
        Organization Website|Company Domain|Company Domain Name|Account Website|Website (URL)|URL
        Business URL|Store URL|Web Page URL|Client Website|Prospect Website|Site Internet|Domain
        homepage_url|External Website|Domain Name|Internetseite|Internetadresse|Webadresse|Sitio web
        Sito|Sito internet|Paginaweb|Firmenwebseite|Website-URL|organization_website_url|WebsiteUrl
        Webstek|Website bedrijf|Site da empresa|Website der Firma|Domaine|Dominio|Company Homepage
        Internetadres|Webadres|biz_website
        main_website|business_website|company_domain|Web Address|Website Address
    """,
    "name": """
        Company|Company Name|Company / Account|Account|Account Name|Company (Name)|Business|Name
        Business Name|Store Name|Practice Name|Client|Client Name|Prospect|Customer Name|Place Name
        business_title|Firma|Firmenname|Unternehmen|Unternehmensname|Nombre|Nom|Raison sociale
        Organisation - Name|Organization|displayName|Shop Name|Restaurant|DBA Name|Legal Name
        Trading Name|Company Name (Cleaned)|Listing Name|Empresa|Nombre de la empresa|Razón social
        Nom de l'entreprise|Société|Entreprise|Azienda|Nome azienda|Ragione sociale|Ditta|Bedrijf
        Bedrijfsnaam|Nome da empresa|Razão social|organization_name|company_name|Dealer Name
        Organisatie|Handelsnaam|Betrieb|Kundenname|Lead Name|Venue Name|Merchant Name|Naam|Nome
        Compte|Société / Compte|Compañía|Cuenta|Establecimiento|Società|Insegna|Companhia|display_name
        Nome Fantasia|Nome da conta|Associated Company|Person - Organization|Deal - Organization
        Contact Company|Trading As|Designação social|Naam bedrijf|Estabelecimento|Nom du compte
        Denominazione|Nombre comercial|Établissement|Nom commercial|Salon Name|Brand Name|title
    """,
    "phone": """
        Phone|Phone Number|Primary Phone|Work Phone|Office Phone|Contact Number|Phone Number 1
        phoneUnformatted|Company HQ Phone|Corporate Phone|Main Number|Contact Phone|Telefon|Tel
        Téléphone|Phone (Main)|formatted_phone_number|nationalPhoneNumber|Tel.|Phone No.|Phone #
        international_phone_number|Landline|Telephone|Telefonnummer|Rufnummer|Festnetz|Company Phone
        Teléfono|Número de teléfono|Numéro de téléphone|Telefono|Numero di telefono|Telefoon
        Telefoonnummer|Telefone|Número de telefone|Mobile|Mobile Phone|Cell Phone|Handy|Portable
        Teléfonos|Tel./Fax|Tel.nr|Telef.|Telefon / Fax|Telefones
        Business Phone|phone_number|Phone1|Main Phone|HQ Phone|Telefon (Zentrale)|Cellulare|Móvil
    """,
    "address": """
        Address|Company Address|Full Address|formatted_address|formattedAddress|Mailing Address
        vicinity|Adresse|Address (Full)|complete_address|Physical Address|Anschrift|Dirección
        Postal Address|Adresse postale
        Indirizzo|Adres|Endereço|Business Address|full_address|Adresse complète|Morada|Domicilio
    """,
    "street": """
        Street|Straatnaam|Street Address|Street Address 1|Company Street Address|Business Street|Straße|Strasse
        addr:street|address_1|Straat + nr|Str. / Nr.
        Address Line 1|Address 1|Rue|Calle|Via|Straat|Rua|Billing Street|addressline1|Mailing Street
    """,
    "city": """
        City|Town|Locality|Ort|Stadt|Ville|Ciudad|Città|Plaats|Woonplaats|Cidade|Company City
        address_1_city|addr:city|addressLocality|PLZ / Ort
        Billing City|Commune|Comune|Municipio|Mailing City|Wohnort|Localidad
    """,
    "region": """
        State|Staat|Region|Province|County|State/Region|State/Province|Bundesland|Provincia|Estado
        addressRegion|address_1_state
        Company State|Billing State/Province|Provincie|Kanton|Département|Regione|state_code
    """,
    "postcode": """
        Zip|Zip Code|ZIP/Postal Code|Zip/Postal Code|Postal Code|Postcode|PLZ|Postleitzahl|zip_code
        Post code|C.P.|addr:postcode|Cód. Postal
        Code postal|Código postal|CAP|Billing Zip/Postal Code|Company Zip Code|CEP|postal_code
    """,
    "country": """
        Country|Country/Region|Company Country|Land|Pays|País|Country Name|country_code|Paese
        Country (Code)|Billing Country|Mailing Country|CountryCode|Nazione|Country Code
    """,
    "email": """
        Email|E-mail|Email Address|Work Email|Company Email|E-Mail-Adresse|Correo|Correo electrónico
        Courriel|Email 1|Business Email|Mail|email_address|Contact Email
    """,
}
CELLS = {
    "website": "joes-bakery.example",
    "name": "Joe's Bakery",
    "phone": "(415) 555-0100",
    "address": "1 High St, Springfield, IL 62704",
    "street": "1 High St",
    "city": "Springfield",
    "region": "IL",
    "postcode": "62704",
    "country": "US",
    "email": "joe@joes-bakery.example",
}
KNOWN = [
    (field, name.strip())
    for field, names in NAMES.items()
    for line in names.strip().splitlines()
    for name in line.split("|")
]
# Columns that are about something else, with a cell of theirs.
OTHERS = [
    ("First Name", "Ann"), ("Last Name", "Vale"), ("Full Name", "Ann Vale"), ("Vorname", "Ann"),
    ("Nachname", "Vale"), ("Prénom", "Anne"), ("Apellidos", "Vale"), ("Cognome", "Vale"),
    ("Contact Name", "Ann Vale"), ("Ansprechpartner", "Ann Vale"), ("Company Owner", "Bo Reed"),
    ("Owner Name", "Bo Reed"), ("Account Owner", "Bo Reed"), ("Lead Owner", "Bo Reed"),
    ("Job Title", "Owner"), ("Title", "Vice President, Operations"), ("Position", "Manager"),
    ("Seniority", "Owner"), ("Departments", "Sales"), ("Lead Source", "Web"), ("Lead Status", "New"),
    ("Record ID", "1001"), ("Client ID", "7"), ("Place ID", "ChIJx"), ("Company ID", "9"),
    ("Company Type", "Private"), ("Company Size", "11-50"), ("# Employees", "12"),
    ("Annual Revenue", "1000000"), ("Industry", "Construction"), ("Category", "Bakery"),
    ("Rating", "4.5"), ("Reviews", "120"), ("Review Count", "120"), ("Price Level", "2"),
    ("Latitude", "39.78"), ("Longitude", "-89.65"), ("Opening Hours", "Mon 9-5"),
    ("Image URL", "https://img.example/a.jpg"), ("Logo URL", "https://img.example/l.png"),
    ("Thumbnail", "https://img.example/t.png"), ("Booking Link", "https://book.example/x"),
    ("Menu URL", "https://menu.example/x"), ("Reviews Link", "https://rev.example/x"),
    ("Order Links", "https://order.example/x"), ("Fax", "(415) 555-0199"),
    ("Fax Number", "(415) 555-0199"), ("Phone Type", "mobile"), ("Phone Status", "valid"),
    ("Email Status", "Verified"), ("Email Confidence", "0.9"), ("IP Address", "192.0.2.1"),
    ("Person Linkedin Url", "https://linkedin.com/in/x"), ("Facebook Followers", "12"),
    ("Create Date", "2026-01-02"), ("Last Activity Date", "2026-01-02"), ("Notes", "call later"),
    ("Description", "A bakery"), ("Tags", "hot"), ("Keywords", "bread"), ("SIC Code", "5461"),
    ("VAT Number", "GB123456789"), ("Founded Year", "1999"), ("Technologies", "WordPress"),
    ("Search Query", "bakery springfield"), ("Timezone", "America/Chicago"), ("Stage", "Lead"),
]  # fmt: skip


def test_the_tables_are_as_long_as_they_should_be():
    assert len(KNOWN) + len(OTHERS) >= 250


@pytest.mark.parametrize(("field", "name"), KNOWN)
def test_knows_columns_by_name(field, name):
    other = {"website": ("Name", "Joe's Bakery")}.get(field, ("Website", "joes-bakery.example"))
    found = find_columns([other[0], name], [[other[1], CELLS[field]]], {})
    assert found.fields.get(field) == [1], found.explained()


@pytest.mark.parametrize(("name", "cell"), OTHERS)
def test_leaves_other_columns_alone(name, cell):
    found = find_columns(["Company", "Website", name], [["Joe's", "joes.example", cell]], {})
    assert found.fields == {"name": [0], "website": [1]}, found.explained()
    assert found.extra == {2: name}


@pytest.mark.parametrize(("name", "cell"), OTHERS)
def test_never_takes_another_column_for_the_business(name, cell):
    found = find_columns([name, "Website"], [[cell, "joes.example"]], {})
    assert found.fields == {"website": [1]}, found.explained()


def test_a_full_column_fills_the_blanks_of_a_better_one():
    found = find_columns(
        ["Domain", "Website", "Phone 2", "Phone", "Mobile"],
        [["a.example", "", "", "", "415 555 0100"]],
        {},
    )
    assert found.fields == {"website": [0, 1], "phone": [3, 2, 4]}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["Name", "Title", "Current Company"], [2]),
        (["Name", "First Name", "Last Name", "Account"], [3]),
        (["Title", "Category"], [0]),
        (["Name", "Company"], [1]),
        (["Name", "Company", "Company Name"], [2, 1]),
    ],
)
def test_a_business_is_not_a_person(header, name):
    cells = {"Title": "Owner", "Name": "Ann Vale", "First Name": "Ann", "Last Name": "Vale"}
    if header[0] == "Title":
        cells = {"Title": "Vale Roofing"}
    row = [cells.get(column, "Vale Roofing") for column in header]
    found = find_columns([*header, "Website"], [[*row, "vale.example"]], {})
    assert found.fields["name"] == name


def test_a_person_alone_gives_no_business_name():
    found = find_columns(["Name", "Job Title", "Website"], [["Ann", "Owner", "vale.example"]], {})
    assert "name" not in found.fields


def test_a_map_address_is_no_website():
    rows = [["Joe's", "https://www.google.com/maps/place/x", "joes.example"]]
    found = find_columns(["title", "url", "website"], rows, {})
    assert found.fields == {"name": [0], "website": [2], "profile": [1]}


def test_cells_tell_what_columns_without_names_hold():
    rows = [
        ["Joe's Bakery", "joes.example", "415 555 0100"],
        ["Bo's", "bo.example", "415 555 0101"],
    ]
    found = find_columns(["", "", ""], rows, {})
    assert found.fields == {"name": [0], "website": [1], "phone": [2]}


def test_says_how_columns_were_read():
    found = find_columns(["Company", "Url", "Tel"], [["A", "a.example", "415 555 0100"]], {})
    assert found.explained() == "name \u2190 Company, website \u2190 Url, phone \u2190 Tel"


@pytest.mark.parametrize(
    "other",
    [
        "Account Executive Name", "Account Executive's internal name", "Client Manager",
        "Store Manager Name", "Ansprechpartner Firma", "Responsable client", "Codice cliente",
        "C\u00f3digo do cliente",
    ],
)  # fmt: skip
def test_who_or_what_belongs_to_a_business_is_not_its_name(other):
    sample = [["Joe's Bakery", f"joes-{n}.com", name] for n, name in enumerate(["Ann Vale", "Bo"])]
    assert find_columns(["name", "website", other], sample, {}).fields["name"] == [0]


def test_a_contacts_website_is_the_leads():
    found = find_columns(
        ["name", "contact website", "contact phone"], [["Joe", "joes.com", "312"]], {}
    )
    assert (found.fields["name"], found.fields["website"]) == ([0], [1])


@pytest.mark.parametrize(
    "contact",
    [
        "Contact", "Contact Person", "Contact Name", "Manager", "Ansprechpartner", "Inhaber",
        "Referente", "Contacto", "Contato", "Contactpersoon", "Responsable", "Primary Contact",
        "Ansprechpartner Vorname", "Gesch\u00e4ftsf\u00fchrer", "Titolare", "CEO",
    ],
)  # fmt: skip
def test_beside_a_contact_the_name_is_the_businesss(contact):
    rows = [["Vale Roofing", "Ann Vale", "512-555-0101"], ["Reed", "Bo Reed", "512-555-0102"]]
    found = find_columns(["Name", contact, "Phone"], rows, {})
    assert found.fields["name"] == [0], found.explained()


@pytest.mark.parametrize(
    ("header", "row", "business"),
    [
        ("Name|First Name|Last Name", "Vale Roofing|Ann|Vale", True),
        ("Name|First Name|Last Name", "Vale|Ann|Fox", True),
        ("Name|First Name|Last Name", "Ann Vale|Ann|Vale", False),
        ("Name|First Name|Last Name", "Vale, Ann|Ann|Vale", False),
        ("Name|First Name|Middle Name|Last Name", "Ann Vale|Ann|Bo|Vale", False),
        ("Name|First Name|Last Name", "Ann Vale||", False),
        ("Name|First Name|Last Name", "Vale Dental Clinic||", True),
        ("Name|Contact", "Ann Vale|Ann Vale", True),
        ("Name|Vorname", "Vale|Ann", False),
        ("Name|Vorname", "Vale GmbH|Ann", True),
        ("Title|First Name|Last Name", "Roofer|Ann|Vale", False),
        ("Title|First Name|Last Name", "Fox Roofing LLC|Ann|Vale", True),
        ("Name|Job Title", "Ann Vale|Owner", False),
        ("Name|Job Title", "Vale Roofing L.L.C.|Owner", True),
        ("Name|Job Title", "Vale & Fox|Owner", True),
        ("Display Name|First Name|Last Name|Job", "Vale Roofing|Ann|Fox|Owner", True),
        ("Name|Contact|Job Title", "Vale|Ann Fox|Owner", True),
        ("Name|Contact Title", "Ann Vale|Owner", False),
    ],
)
def test_cells_tell_whose_name_it_is(header, row, business):
    header, row = f"{header}|Website".split("|"), f"{row}|vale.example".split("|")
    found = find_columns(header, [row], {})
    assert ("name" in found.fields) == business, found.explained()


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Competitor", "rival.com"), ("Competitor URL", "rival.com"), ("Parent Website", "parent.com"),
        ("Referral Website", "ref.com"), ("Agency Website", "ag.com"), ("Directory", "chamber.org"),
        ("Quelle", "https://branchenbuch.de/a"), ("Impressum URL", "https://imp.de/a"),
        ("Screenshot URL", "https://shots.io/a.png"), ("Bild", "https://bilder.de/a.jpg"),
        ("Nameserver", "ns1.hoster.net"), ("Domain Nameserver", "ns1.hoster.net"),
        ("Registrar", "registrar.com"), ("Domain Registrar", "registrar.com"),
        ("G2 URL", "https://g2.com/products/a"), ("imgUrl", "https://img.org/a"),
        ("website_title", "Vale.com - roofs"), ("website_generator", "Builder.com"),
        ("Pricing Page", "https://vale.com/p"), ("Privacy Policy", "https://vale.com/pp"),
        ("Seen on", "https://cityguide.org/a"), ("reserveTableUrl", "https://tables.com/x"),
        ("Domain Registration", "2001-01-01"), ("Domain Expiry", "2030-01-01"),
        ("Glassdoor", "https://glassdoor.com/a"), ("Partner Site", "partner.com"),
        ("Listing URL", "https://chamber.org/a"),
    ],
)  # fmt: skip
def test_only_a_businesss_own_address_fills_a_blank_website(name, cell):
    found = find_columns(["Company", "Website", name], [["Vale", "", cell]], {})
    assert found.fields["website"] == [1], found.explained()


def test_a_second_business_is_used_where_there_is_no_other():
    rows = [["Vale Media", "valemedia.com"]]
    found = find_columns(["Agency Name", "Agency Website"], rows, {})
    assert found.fields == {"name": [0], "website": [1]}
    found = find_columns(["Company", "Partner", "Website"], [["", "Vale", "fox.com"]], {})
    assert found.fields["name"] == [0]


SURE = (
    "Compte|Soci\u00e9t\u00e9|Compa\u00f1\u00eda|Cuenta|Nombre comercial|Establecimiento|Societ\u00e0|Insegna|Companhia"
    "|Nome Fantasia|Nome da conta|Associated Company|Person - Organization|Deal - Organization"
    "|Legal Name|Trading Name|Contact Company|Trading As|Designa\u00e7\u00e3o social|Nom commercial"
)


@pytest.mark.parametrize("name", SURE.split("|"))
def test_beside_a_person_a_companys_column_is_the_business(name):
    rows = [["Ann", "Vale", "Owner", "Fox"], ["Bo", "Reed", "Manager", "Reed"]]
    found = find_columns(["First Name", "Last Name", "Job", name], rows, {})
    assert found.fields["name"] == [3], found.explained()


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("Customer|Company", "Ann Vale|Fox", [1, 0]),
        ("Customer Name|Company", "Ann Vale|Fox", [1, 0]),
        ("Organization Name|Organization Title", "|Owner", [0]),
        ("Organization Name|Organization Title", "|Roofer", [0]),
        ("companyName|companyLocation", "|Springfield", [0]),
        ("title|claimThisBusiness", "|false", [0]),
        ("Firma|Business verified by owner", "|yes", [0]),
        ("Company|Is business", "|No", [0]),
        ("Title|Company", "Dr.|Fox", [1]),
        ("Soci\u00e9t\u00e9|Nom du commercial", "Fox|Anne Val", [0]),
        ("Empresa|Nombre del comercial", "Fox|Ana Val", [0]),
    ],
)
def test_people_titles_places_and_answers_are_no_businesses(header, row, name):
    found = find_columns(header.split("|"), [row.split("|")], {})
    assert found.fields["name"] == name, found.explained()


@pytest.mark.parametrize("title", ["Mr", "Dr.", "Frau", "Herr Dr."])
def test_a_form_of_address_is_no_business_and_its_name_a_persons(title):
    found = find_columns(["Title", "Name", "Website"], [[title, "Ann Vale", "vale.example"]], {})
    assert "name" not in found.fields, found.explained()


def test_a_number_behind_a_street_is_the_houses():
    header = ["Empresa", "N\u00famero", "Logradouro", "N\u00famero", "CEP"]
    found = find_columns(header, [["Vale", "1042", "Rua A", "5", "01001-000"]], {})
    assert found.fields["house"] == [3], found.explained()
    far = find_columns(["Company", "Street", "No."], [["Vale", "Elm St", "1000042"]], {})
    assert "house" not in far.fields
