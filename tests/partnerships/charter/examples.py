"""Charters to print: the case P1 of the demonstration, and the extremes around it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from partnerships.charter import snapshot
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    BrokerText,
    BudgetLineText,
    ClauseKind,
    ClauseText,
    CommitmentText,
    ExpectationText,
    FeeText,
    Heading,
    LimitText,
    MilestoneText,
    PartyText,
    PaymentText,
    RedLineText,
    SignatureText,
)

TODAY: Final = date(2026, 11, 23)
SOUFFLE: Final = "p1"
VALFICTIF: Final = "p2"
CONSENT: Final = "J’ai lu le texte entier et je le signe au nom de l’organisation qui m’a donné pouvoir."


def t(days: int) -> date:
    """Return the day that the demonstration writes T+days."""
    return TODAY + timedelta(days=days)


def _clause(
    number: int,
    heading: Heading,
    title: str,
    body: str,
    plain_words: str,
    kind: ClauseKind = "standard",
) -> ClauseText:
    return ClauseText(
        key=f"c{number}",
        number=number,
        heading=heading,
        kind=kind,
        title=title,
        body=body,
        plain_words=plain_words,
    )


PARTIES: Final = (
    PartyText(
        key=SOUFFLE,
        side="association",
        name="Souffle Imaginaire",
        legal_form="Association loi de 1901",
        identity=("RNA W000000001 · SIREN 000000018",),
        address="Lyon",
        ethics_charter=(
            "Pluralité des financements, liberté de parole, aucune promotion de produit."
            " Cette charte vaut pour le siège et pour les antennes locales."
        ),
        signatory_name="Claire Desbois",
        signatory_capacity="présidente",
        mandate="mandat du 12 mars 2026",
    ),
    PartyText(
        key=VALFICTIF,
        side="company",
        name="Laboratoires Valfictif",
        legal_form="Entreprise du médicament",
        identity=("SIREN 000000075",),
        address="Paris",
        signatory_name="Nathalie Corbin",
        signatory_capacity="directrice des affaires patients",
        mandate="pouvoir du 2 février 2026",
    ),
)
FIRM: Final = BrokerText(
    firm="Passeur Démo",
    person="Inès Passerelle",
    capacity="passeuse",
    fees=(
        FeeText(payer_key=VALFICTIF, label="Part de l’entreprise", amount_minor=540_000),
        FeeText(payer_key=SOUFFLE, label="Part de l’association", amount_minor=60_000),
    ),
    declaration_of_interests=(
        "Inès Passerelle et Passeur Démo n’ont aucun intérêt dans Laboratoires Valfictif ni dans"
        " Souffle Imaginaire. Leurs honoraires ne dépendent ni du contenu ni de la signature."
    ),
)
CLAUSES: Final = (
    _clause(
        1,
        Heading.PREAMBLE,
        "Pourquoi agir ensemble",
        "Les parties partagent un constat : voyager avec un traitement respiratoire demande une"
        " préparation que rien n’explique aujourd’hui en un seul lieu.\n\nElles conviennent que :\n"
        "- l’intérêt des patients passe avant le leur ;\n"
        "- chacune garde sa liberté de jugement et de parole ;\n"
        "- leurs points de vue ont la même valeur.",
        "Les patients d’abord, et chacun reste libre.",
    ),
    _clause(
        2,
        Heading.DEFINITIONS,
        "Les mots de cette charte",
        "- Action : le guide, l’enquête et les six ateliers décrits au chapitre 2.\n"
        "- Jalon : une étape datée, avec un responsable et une preuve.\n"
        "- Ligne rouge : ce qu’une partie ne négociera pas.\n"
        "- Plateforme : le service en ligne où les parties suivent cette charte.",
        "Quatre mots, un seul sens pour tous.",
    ),
    _clause(
        3,
        Heading.INDEPENDENCE,
        "Indépendance et non-exclusivité",
        "Chaque partie garde la maîtrise de ses positions, de ses activités et de ses choix."
        " Aucune exclusivité n’est demandée ni accordée : l’association peut agir avec d’autres"
        " entreprises, l’entreprise avec d’autres associations.\n\nAucun médicament n’est cité ni"
        " promu, directement ou non, dans l’action ou à son occasion.",
        "Personne n’achète la parole de l’autre, et aucun produit n’est mis en avant.",
    ),
    _clause(
        4,
        Heading.TRANSPARENCY,
        "Mention du soutien",
        "Toutes les parties savent que le soutien doit être reconnu clairement et visible dès le"
        " début. Chaque document porte la mention : « Guide écrit par Souffle Imaginaire, avec le"
        " soutien financier de Laboratoires Valfictif, qui n’en a pas écrit le contenu. »"
        "\n\nChaque année, l’entreprise publie la liste, la description et le montant de ses"
        " soutiens.",
        "On voit tout de suite qui a payé, et pour quoi.",
    ),
    _clause(
        5,
        Heading.CONFIDENTIALITY,
        "Plan de jalons",
        "Le plan de jalons et les documents marqués « confidentiel » par l’une des parties ne sont"
        " pas diffusés pendant deux ans. L’existence et l’objet du partenariat ne sont jamais"
        " confidentiels.",
        "Les brouillons restent entre nous ; le partenariat, lui, est public.",
    ),
    _clause(
        6,
        Heading.RESULTS,
        "Guide, données et logos",
        "Le guide appartient à l’association, qui le diffuse sous licence ouverte (CC BY-SA)."
        " Chaque partie garde ce qu’elle a apporté. L’usage d’un logo demande un accord écrit,"
        " préalable, pour un usage précis ; ici : la couverture du guide et celle du rapport.",
        "Le guide est à l’association, et chacun peut le reprendre.",
    ),
    _clause(
        7,
        Heading.PERSONAL_DATA,
        "Données, enregistrements, vigilance",
        "Aucune donnée nominative ni de santé ne sort de l’association. Les résultats sont donnés"
        " à partir de dix réponses par groupe.\n\nUne réunion n’est enregistrée qu’avec l’accord"
        " exprès de toutes les personnes présentes.\n\nUn effet indésirable rapporté à l’occasion"
        " de l’action est signalé à l’entreprise par la procédure d’une page jointe au dossier,"
        " sans pénalité.",
        "Ce que disent les malades reste chez eux.",
    ),
    _clause(
        8,
        Heading.FOLLOW_UP,
        "Suivi, baromètre, avenants",
        "1. Chaque jalon reçoit une preuve ; l’autre partie la confirme ou la conteste. Sept jours"
        " de silence valent accord.\n2. Un baromètre de confiance est ouvert chaque trimestre.\n"
        "3. Rien ne change sans un avenant signé par les deux parties.",
        "On se dit les choses tous les trois mois, et rien ne bouge en cachette.",
    ),
    _clause(
        9,
        Heading.DISPUTES,
        "Médiation d’abord",
        "En cas de désaccord, le passeur réunit les parties sous cinq jours ouvrés. À défaut"
        " d’accord sous trente jours, les parties peuvent saisir le Codeem, si l’entreprise en"
        " relève, puis les tribunaux français. Le droit français s’applique.",
        "Le passeur réunit les deux sous cinq jours ouvrés.",
    ),
    _clause(
        10,
        Heading.TERM,
        "Sortie",
        "Chaque partie peut mettre fin à la charte par écrit, avec un préavis de soixante jours."
        " Les sommes versées et non engagées sont restituées au prorata ; la responsabilité de"
        " chacune est plafonnée au montant qu’elle a reçu ou versé.",
        "Chacune peut partir avec soixante jours de préavis.",
    ),
)
EXPECTATIONS: Final = tuple(
    ExpectationText(code=code, party_key=party, text=text, indicator=indicator, milestone_code=jalon)
    for code, party, text, indicator, jalon in (
        (
            "AA1",
            SOUFFLE,
            "Faire entendre les besoins des voyageurs malades",
            "≥ 250 réponses ; rapport public",
            "J3",
        ),
        (
            "AA2",
            SOUFFLE,
            "Toucher des personnes hors de l’association",
            "≥ 3 000 guides diffusés, dont 30 % hors adhérents",
            "J8",
        ),
        ("AA3", SOUFFLE, "Former quatre bénévoles à l’animation", "4 attestations", "J4"),
        (
            "AE1",
            VALFICTIF,
            "Comprendre la vie réelle des patients en déplacement",
            "restitution de 2 h, ≥ 20 salariés",
            "J3",
        ),
        (
            "AE2",
            VALFICTIF,
            "Montrer un engagement vérifiable et non promotionnel",
            "fiche au registre public, mention de soutien exacte",
            "J8",
        ),
        (
            "AE3",
            VALFICTIF,
            "Mobiliser ses équipes",
            "≥ 6 salariés volontaires aux ateliers, en observateurs silencieux",
            "J5",
        ),
    )
)
LIMITS: Final = tuple(
    LimitText(code=f"L{number}", text=text)
    for number, text in enumerate(
        (
            "Aucun nom de médicament, de marque ou de molécule.",
            "Pas de conseil médical individuel.",
            "Aucune donnée nominative ni de santé ne sort de l’association ; résultats à partir de dix réponses par groupe.",
            "L’entreprise ne rédige ni ne corrige le fond ; elle dispose de dix jours pour signaler une erreur de fait.",
            "Pas de programme d’éducation thérapeutique (art. L.1161-4 CSP).",
            "Territoire : France entière, langue française, une version facile à lire.",
        ),
        start=1,
    )
)
RED_LINES: Final = (
    RedLineText(
        party_key=SOUFFLE,
        text="Notre parole publique sur le prix ou l’accès aux soins reste libre.",
    ),
    RedLineText(party_key=VALFICTIF, text="Aucune utilisation du logo en dehors du guide et du rapport."),
)
COMMITMENTS: Final = tuple(
    CommitmentText(
        code=code,
        party_key=party,
        text=text,
        plain_words=plain,
        amount_minor=amount,
        hours=hours,
        serves=serves,
    )
    for code, party, text, plain, amount, hours, serves in (
        (
            "EA1",
            SOUFFLE,
            "Piloter et rédiger : coordinatrice, 0,1 ETP pendant 10 mois.",
            "pilote, écrit, publie ;",
            None,
            None,
            ("AA1", "AA2"),
        ),
        (
            "EA2",
            SOUFFLE,
            "Recruter et accompagner 12 relecteurs.",
            "recrute douze relecteurs ;",
            None,
            180,
            ("AA2", "AA3"),
        ),
        (
            "EA3",
            SOUFFLE,
            "Publier les comptes de l’action sous 60 jours après la fin.",
            "publie ses comptes ;",
            None,
            None,
            (),
        ),
        (
            "EA4",
            SOUFFLE,
            "Déposer les preuves des jalons sur la plateforme.",
            "dépose les preuves des jalons ;",
            None,
            None,
            ("AE1",),
        ),
        (
            "EA5",
            SOUFFLE,
            "Mentionner le soutien dans chaque document, dès la première diffusion.",
            "dit qui la soutient.",
            None,
            None,
            ("AE2",),
        ),
        (
            "EE1",
            VALFICTIF,
            "Verser 30 000 € selon l’échéancier, sous 30 jours après validation.",
            "verse 30 000 € en trois fois ;",
            3_000_000,
            None,
            ("AA1", "AA2"),
        ),
        (
            "EE2",
            VALFICTIF,
            "Mettre à disposition 4 journées d’un expert logistique.",
            "offre quatre journées d’expert ;",
            240_000,
            None,
            ("AE3",),
        ),
        (
            "EE3",
            VALFICTIF,
            "Déclarer la convention et les versements sur Transparence-Santé.",
            "déclare ce qu’il verse ;",
            None,
            None,
            ("AE2",),
        ),
        (
            "EE4",
            VALFICTIF,
            "Répondre aux questions de l’association sous 5 jours ouvrés.",
            "répond sous cinq jours ouvrés ;",
            None,
            None,
            (),
        ),
        (
            "EE5",
            VALFICTIF,
            "N’exiger aucune exclusivité.",
            "n’exige aucune exclusivité.",
            None,
            None,
            (),
        ),
        ("EP1", BROKER, "Suivre les deux côtés à égalité.", "", None, None, ()),
        ("EP2", BROKER, "Ouvrir le baromètre de confiance chaque trimestre.", "", None, None, ()),
        ("EP3", BROKER, "Proposer une médiation sous 5 jours ouvrés.", "", None, None, ()),
    )
)
MILESTONES: Final = tuple(
    MilestoneText(code=code, title=title, owner=owner, due_date=t(days), indicator=indicator)
    for code, title, owner, days, indicator in (
        ("J1", "Réunion de lancement, calendrier commun", ALL_PARTIES, -125, "compte rendu"),
        ("J2", "Questionnaire validé par 5 patients", SOUFFLE, -95, "questionnaire v2"),
        (
            "J3",
            "Résultats de l’enquête et restitution",
            SOUFFLE,
            -50,
            "rapport ; diaporama ; feuille de présence",
        ),
        (
            "J4",
            "Ateliers 1 à 3, quatre bénévoles formés",
            SOUFFLE,
            -10,
            "3 comptes rendus, 4 attestations",
        ),
        ("J5", "Ateliers 4 à 6", SOUFFLE, 25, "comptes rendus"),
        ("J6", "Première version du guide", SOUFFLE, 60, "fichier"),
        ("J7", "Relecture par 12 patients et 2 pharmaciens", SOUFFLE, 95, "grille de relecture"),
        (
            "J8",
            "Publication et diffusion de 3 000 exemplaires",
            SOUFFLE,
            130,
            "bon de livraison, liens",
        ),
        ("J9", "Bilan croisé, comptes publiés", ALL_PARTIES, 160, "bilan PDF"),
        ("J10", "4 journées d’expertise logistique livrées", VALFICTIF, 20, "relevé"),
    )
)
BUDGET: Final = tuple(
    BudgetLineText(label=label, payer_key=payer, amount_minor=euros * 100, contribution=kind)
    for label, payer, euros, kind in (
        ("Enquête et analyse indépendante", VALFICTIF, 9_000, "cash"),
        ("Six ateliers : salles, déplacements, indemnisation", VALFICTIF, 7_200, "cash"),
        ("Comité d’écriture et version facile à lire", VALFICTIF, 4_800, "cash"),
        ("Graphisme, accessibilité, 3 000 exemplaires", VALFICTIF, 6_500, "cash"),
        ("Coordination", VALFICTIF, 2_500, "cash"),
        ("Quatre journées d’un expert logistique", VALFICTIF, 2_400, "in_kind"),
        ("180 heures de bénévolat à 15 €", SOUFFLE, 2_700, "in_kind"),
    )
)
VOYAGER: Final = CharterSnapshot(
    reference="LL-DEMO-001",
    edition=1,
    title="Voyager avec un traitement respiratoire",
    plain_words=(
        "L’association interroge ses adhérents sur leurs difficultés en voyage, anime six ateliers"
        " d’écoute et écrit un guide gratuit. Le laboratoire finance, apporte une compétence"
        " logistique, et n’écrit pas le guide. Aucun médicament n’est cité."
    ),
    patient_need=(
        "61 % des 188 répondants d’un sondage interne ont renoncé à un déplacement au cours des"
        " douze derniers mois ; quatre comptes rendus de groupes de parole le confirment."
    ),
    patient_benefit=(
        "Préparer un voyage sans renoncer : savoir à qui s’adresser, quoi emporter, quels délais prévoir."
    ),
    precise_action=(
        "Produire et diffuser, en dix mois, un guide pratique co-écrit par des patients, précédé"
        " d’une enquête et de six ateliers."
    ),
    starts_on=t(-140),
    ends_on=t(160),
    parties=PARTIES,
    broker=FIRM,
    clauses=CLAUSES,
    expectations=EXPECTATIONS,
    limits=LIMITS,
    red_lines=RED_LINES,
    commitments=COMMITMENTS,
    milestones=MILESTONES,
    budget=BUDGET,
    payments=(
        PaymentText(label="À la signature", amount_minor=1_200_000),
        PaymentText(label="Après la restitution de l’enquête", amount_minor=900_000, milestone_code="J3"),
        PaymentText(label="Après la publication du guide", amount_minor=900_000, milestone_code="J8"),
    ),
    publication=True,
    transparency_object="partenariat",
)
EMPTY: Final = CharterSnapshot(
    reference="LL-0",
    title="Rien encore",
    plain_words="",
    patient_need="",
    patient_benefit="",
    precise_action="",
    parties=PARTIES,
    broker=BrokerText(firm="Passeur Démo", person="Inès Passerelle"),
)


def signed(charter: CharterSnapshot) -> tuple[SignatureText, ...]:
    """Return the signatures of every party and of the witness, some hours apart."""
    fingerprint = snapshot.fingerprint(charter)
    first = datetime(2026, 7, 5, 16, 7, tzinfo=UTC)
    methods = ("passkey", "totp", "code")
    parties = tuple(
        SignatureText(
            party_key=party.key,
            signatory_name=party.signatory_name,
            typed_name=party.signatory_name,
            capacity=party.signatory_capacity,
            mandate=party.mandate,
            signed_at=first + timedelta(hours=15 * number),
            method=methods[number % 3],
            consent=CONSENT,
            fingerprint=fingerprint,
        )
        for number, party in enumerate(charter.parties)
    )
    witness = SignatureText(
        party_key=BROKER,
        signatory_name=charter.broker.person,
        typed_name=charter.broker.person,
        capacity=charter.broker.capacity,
        signed_at=parties[-1].signed_at + timedelta(minutes=31),
        method="passkey",
        consent="Je témoigne que toutes les parties ont signé le même texte.",
        fingerprint=fingerprint,
    )
    return (*parties, witness)


def crowded() -> CharterSnapshot:
    """Return the hardest one to set: five parties, long words, thirty milestones, foreign signs."""
    parties = (
        *PARTIES,
        replace(
            PARTIES[0],
            key="p3",
            name="Fédération interrégionale des associations d’aide aux voyageurs et voyageuses"
            " insuffisants respiratoires d’exemple",
            signatory_name="Marie-Antoinette de La Tour-d’Auvergne-Lauraguais",
            ethics_charter="",
        ),
        replace(PARTIES[1], key="p4", name="Exempharma", signatory_name="Ōta Ñuñez-Żółć"),
        replace(PARTIES[1], key="p5", name="Interopérabilitéinternationalisée Démo SAS"),
    )
    owners = (*(party.key for party in parties), ALL_PARTIES)
    return replace(
        VOYAGER,
        reference="LL-DEMO-777",
        edition=2,
        previous_fingerprint=snapshot.fingerprint(VOYAGER),
        title="Coordonner l’accompagnement des personnes qui voyagent avec un traitement"
        " respiratoire, en France, outre-mer et dans les pays voisins : deuxième édition",
        plain_words=VOYAGER.plain_words * 3,
        parties=parties,
        limits=(*LIMITS, LimitText(code="L7", text="Signes rares : ✓ → 😀 漢, fin de l’essai.")),
        red_lines=(*RED_LINES, RedLineText(party_key="p5", text="Non " * 90)),
        milestones=tuple(
            MilestoneText(
                code=f"J{number}",
                title="Réunion d’avancement et partage des résultats intermédiaires " * (number % 3),
                owner=owners[number % 6],
                due_date=t(number * number % 37 * 9),
                indicator="" if number % 4 else "compte rendu signé par toutes les personnes présentes",
            )
            for number in range(1, 31)
        ),
        expectations=tuple(replace(each, milestone_code="J7") for each in EXPECTATIONS),
        payments=tuple(replace(each, milestone_code=None) for each in VOYAGER.payments),
        publication=False,
    )
