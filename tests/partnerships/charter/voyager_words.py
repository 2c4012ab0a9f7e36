"""The case P1 of the demonstration: who the parties are, and the clauses they agreed."""

from typing import Final

from partnerships.charter.texts import BrokerText, ClauseKind, ClauseText, FeeText, Heading, PartyText

SOUFFLE: Final = "p1"
VALFICTIF: Final = "p2"


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
