//! The words that guesses rest on, by language.
//!
//! In all lists words stand in lower case; a word of a text is compared without regard to case
//! as far as Latin and Cyrillic letters go ([`same`]), so that no table of Unicode is needed.
//! An apostrophe divides words. Chinese characters are words of their own.

/// Lists of words. Phrases are divided by `|`, groups of phrases by `;`, words by a blank.
///
/// In a phrase `say~` stands for a stem with each of the first group of endings, `argu^` with
/// the second, `repl%` with the third.
pub(super) struct Language {
    /// Endings of stems: up to three groups.
    pub(super) endings: &'static str,
    /// Cues in groups: verbs of speech; verbs that are followed by whom it is said to; verbs that
    /// give something a name; words that the source follows; words that follow the source.
    pub(super) cues: &'static str,
    /// Left off where they begin a source.
    pub(super) articles: &'static str,
    /// Words that begin a source and stay.
    pub(super) determiners: &'static str,
    /// Words that are a source by themselves, without a name.
    pub(super) pronouns: &'static str,
    /// What leads from a cue to the content.
    pub(super) links: &'static str,
    /// What whom it is said to follows.
    pub(super) towards: &'static str,
    /// What may stand between a source and its verb.
    pub(super) between: &'static str,
    /// Those of them that turn a participle into the passive.
    pub(super) passive: &'static str,
    /// Pronouns that lead from a source to a verb.
    pub(super) relatives: &'static str,
    /// What no source contains.
    pub(super) stops: &'static str,
    /// What joins two nouns in a source.
    pub(super) joints: &'static str,
    /// What joins a noun and its place, where a source stands before its verb.
    pub(super) places: &'static str,
    /// After these a word that looks like a verb is a noun.
    pub(super) noun_signs: &'static str,
    /// Beginnings of dates, besides digits.
    pub(super) dates: &'static str,
    /// Phrases that whom it is said to follows, anywhere in the sentence.
    pub(super) messages: &'static str,
    /// Cues of conditions, grouped as [`super::ConditionKind`] is. `@` stands for a date.
    pub(super) conditions: &'static str,
    /// Cues of conditions that more often are none.
    pub(super) vague: &'static str,
    /// Whether names begin with a capital.
    pub(super) cased: bool,
    /// Whether the source of a verb follows it as a rule.
    pub(super) verb_first: bool,
    /// A source has no more words than this.
    pub(super) longest: usize,
}

/// For the languages below, which say what is different.
const NONE: Language = Language {
    endings: "",
    cues: "",
    articles: "",
    determiners: "",
    pronouns: "",
    links: "",
    towards: "",
    between: "",
    passive: "",
    relatives: "",
    stops: "",
    joints: "",
    places: "",
    noun_signs: "",
    dates: "",
    messages: "",
    conditions: "",
    vague: "",
    cased: true,
    verb_first: false,
    longest: 9,
};

/// All that are known. Where two fit a passage alike the first is taken.
pub(super) static LANGUAGES: [Language; 8] =
    [ENGLISH, GERMAN, FRENCH, SPANISH, RUSSIAN, PERSIAN, ARABIC, CHINESE];

const ENGLISH: Language = Language {
    endings: " s ed ing|e es ed ing|y ies ied ying",
    cues: "said|say~|add~|acknowledg^|admit~|admitt~|affirm~|agre^|alleg^|announc^|answer~|appeal~|argu^|\
        assert~|believ^|boast~|call~ for|caution~|claim~|clarif%|comment~|complain~|conced^|conclud^|\
        confirm~|contend~|counter~|declar^|demand~|deny|denies|denied|denying|disclos^|emphasis^|\
        emphasiz^|explain~|express~|fear~|hint~|impl%|indicat^|insist~|joke|joked|lament~|maintain~|\
        mention~|not^|plead~|pledg^|point~ out|prais^|predict~|proclaim~|promis^|propos^|quip~|quipp~|\
        quoted as saying|cited as saying|recall~|recommend~|reiterat^|reject~|remark~|repeat~|repl%|\
        report~|request~|respond~|reveal~|speak~ of|spoke of|stated|stating|stress~|suggest~|swore|\
        testif%|think~|thought|threaten~|tweet~|underlin^|underscor^|vow~|welcom^|writ^|wrote|written|\
        made clear|made it clear|mak^ clear|left open|leav^ open|let it be known;\
        told|tell~|ask~|assur^|call~ on|call~ upon|advis^|inform~|remind~|urg^|warn~;\
        accus^|blam^|brand~|call~|condemn~|criticis^|criticiz^|denounc^|describ^|dismiss~|dubb~|label~|\
        labell~|refer~ to|referr~ to;\
        according to|in the words of|in the view of|in the opinion of|in the eyes of|citing|quoting",
    articles: "the",
    determiners: "a an his her its their our my your this these those some several many another all both one two three",
    pronouns: "he she they it we i you who him them us me",
    links: "that whether if how what why when",
    towards: "to",
    between: "has had have is are was were be been being also later then not did do does now again once \
        still just even himself herself itself themselves initially today yesterday earlier too only \
        will would could can may might should must on",
    passive: "is are was were be been being",
    relatives: "who which",
    stops: "and or but that to at on in by with as if when while because since after before than about \
        over under into from during between against without through for of so though although however \
        meanwhile instead moreover nevertheless still yet there here where what how why whether until \
        unless today yesterday tomorrow is are was were be been has had have will would did does not \
        which whose according later earlier then",
    joints: "of for by",
    places: "in from at",
    noun_signs: "the a an his her its their our my no this these some any",
    dates: "january february march april may june july august september october november december \
        monday tuesday wednesday thursday friday saturday sunday end next tomorrow tonight midnight noon",
    messages: "letter to|message to|note to|speech to|statement to|interview with|remarks to|appeal to",
    conditions: "if|only if|only when|even if|provided|provided that|providing that|as long as|so long as|\
        in case|in case of|in the event of|in the event that|on condition that|on the condition that|\
        conditional on|conditional upon|contingent on|contingent upon|depend~ on|depend~ upon|\
        dependent on|assuming that|subject to|as soon as|once|requires|require|when;\
        only|must|without|have to|has to|required to|solely|exclusively;\
        until|till|by @|before|after|no later than|not later than|at the latest|within|pending;\
        unless|except|except for|except that|with the exception of|apart from|other than;\
        in exchange for|in return for|in return|in exchange|as a reward for;\
        otherwise|or else|then|failing which",
    vague: "only must without before after then when once within require requires",
    ..NONE
};

const GERMAN: Language = Language {
    endings: "t te ten en n e|et ete eten en e",
    cues: "sag~|gesagt|sprach von|spricht von|erklär~|erläuter~|beton~|bericht^|teilte|teilten|mitgeteilt|mitteilte|mitteilten|ankündig~|\
        forder~|gefordert|kritisier~|äußer~|behaupt^|mein~|schrieb|schreibt|schrieben|geschrieben|\
        verlang~|füg~|antwort^|entgegn^|erwider~|versicher~|kündig~|angekündigt|bestätig~|lob~|begrüß~|\
        befürcht^|hieß es|verlautet^|unterstrich|unterstreicht|versprach|verspricht|räum~|sicher~ zu|\
        beklag~|dement~|vermut^|glaub~|zeig~ sich|ließ offen|ließ wissen;\
        warn~|bat|baten|bittet|mahn~|rief|riefen|ruft;\
        bezeichn^|nannte|nennt|nannten|verurteil~;\
        laut|nach angaben|nach den worten|nach aussage|nach aussagen|nach auskunft|nach ansicht|nach meinung|so;\
        zufolge",
    articles: "der die das dem den des",
    determiners: "ein eine einem einen einer eines sein seine ihr ihre dieser diese dieses mehrere einige viele alle",
    pronouns: "er sie es wir ich man ihm ihn ihnen",
    links: "dass daß ob wie was warum",
    towards: "gegenüber zu",
    between: "hat haben hatte hatten habe sei ist war auch später dann nun wieder noch zudem nicht am",
    relatives: "der die das",
    stops: "und oder aber dass daß ob in im an am auf bei beim mit nach vor von vom zu zum zur aus als wie \
        wenn weil da bis durch um für gegen über unter während jedoch allerdings doch gestern heute \
        morgen ist sind war waren hat haben wird werden nicht sich auch so gegenüber wegen seit zwischen",
    joints: "des der von vom für",
    places: "in im aus",
    dates: "januar februar märz april mai juni juli august september oktober november dezember montag \
        dienstag mittwoch donnerstag freitag samstag sonntag ende morgen",
    messages: "brief an|schreiben an|botschaft an|interview mit|gespräch mit",
    conditions: "wenn|nur wenn|falls|sofern|sobald|solange|unter der bedingung|unter der voraussetzung|\
        vorausgesetzt|im falle|im fall|für den fall|hängt|hängen|abhängig|knüpft|geknüpft|es sei;\
        nur|muss|müssen|müsse|müssten|ohne|ausschließlich|lediglich;\
        bis|vor @|bevor|nachdem|ehe|spätestens|innerhalb;\
        es sei denn|außer|ausgenommen|mit ausnahme|abgesehen von;\
        im gegenzug|im gegenzug für|im austausch|im austausch für|im tausch gegen|als gegenleistung|\
        als gegenleistung für;\
        sonst|andernfalls|ansonsten|dann",
    vague: "nur muss müssen müsse ohne dann nachdem",
    ..NONE
};

const FRENCH: Language = Language {
    endings: "e é ée ent ait aient ant er a èrent",
    cues: "dit|disent|disait|disant|affirm~|ajout~|déclar~|expliqu~|annonc~|annonça|assur~|estim~|\
        soulign~|indiqu~|précis~|rappel~|critiqu~|dénonc~|confirm~|répond|répondu|répondit|\
        écrit|écrivait|promis|promet|reconnu|reconnaît|appel~ à|salu~|craint|insist~|regrett~|\
        assén~|martel~|réclam~|exig~|rapport~|not~|plaid~|averti|avertit;\
        prévenu|prévient|demand~;\
        qualifi~|accus~|condamn~;\
        selon|d après|de l avis de|aux yeux de|pour reprendre les mots de",
    articles: "le la les l",
    determiners: "un une son sa ses leur leurs ce cet cette ces plusieurs certains",
    pronouns: "il elle ils elles on je nous",
    links: "que qu si comment",
    towards: "à au aux devant",
    between: "a ont avait avaient est t aussi encore ensuite déjà lui leur se s hier y ne pas",
    relatives: "qui",
    stops: "et ou mais que qu à au aux dans en sur sous par pour avec sans comme si quand lorsque car \
        depuis vers chez entre contre donc cependant toutefois hier est sont était ont pas ne dont où y",
    joints: "de du des d",
    places: "à en",
    noun_signs: "le la les l un une des du ce cette sa son leur",
    dates: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi \
        mardi mercredi jeudi vendredi samedi dimanche demain",
    messages: "lettre à|message à|entretien avec|entretien à",
    conditions: "si|s il|s ils|à condition|à la condition|à condition que|à condition de|pourvu que|tant que|\
        en cas de|au cas où|dépend|dépend de|dépendent|dépendra|dès que|sous réserve de;\
        seulement|uniquement|doit|doivent|devra|sans|ne peut que;\
        jusqu à|jusqu au|avant|après|au plus tard|d ici;\
        sauf|à moins que|à moins de|à moins qu|excepté|hormis|à l exception de;\
        en échange|en échange de|en échange d|en contrepartie|en contrepartie de;\
        sinon|autrement|alors|faute de quoi",
    vague: "seulement doit doivent sans avant après alors",
    ..NONE
};

const SPANISH: Language = Language {
    endings: "a ó an aron aba aban ado ar ando|ió e en ieron ía ían ido",
    cues: "dijo|dijeron|dice|dicen|dicho|decía|diciendo|declar~|afirm~|asegur~|señal~|explic~|añad^|agreg~|\
        anunci~|indic~|advirt^|advierte|sostuvo|sostiene|manifest~|subray~|reclam~|exig^|respond^|\
        escrib^|escrito|confirm~|negó|niega|promet^|reiter~|recalc~|expres~|coment~|destac~|inform~|\
        lament~|matiz~|opin~|insist^|tem^|elogi~;\
        pidió|pide|pidieron|inst~;\
        critic~|denunci~|calific~|acus~|conden~|llam~;\
        según|de acuerdo con|en palabras de|a juicio de|en opinión de",
    articles: "el la los las lo",
    determiners: "un una unos unas su sus este esta varios algunos",
    pronouns: "él ella ellos ellas yo",
    links: "que si cómo",
    towards: "a al ante",
    between: "ha han había también luego ya le les se ayer hoy no lo",
    relatives: "que quien",
    stops: "y e o pero que a al en por para con sin como si cuando porque desde hasta sobre entre contra \
        aunque mientras según ayer hoy es son fue era ha han no se donde",
    joints: "de del",
    places: "en",
    noun_signs: "el la los las un una su sus",
    dates: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes \
        martes miércoles jueves viernes sábado domingo mañana",
    messages: "carta a|carta al|mensaje a|entrevista con|entrevista a",
    conditions: "si|siempre que|siempre y cuando|a condición de|a condición de que|con la condición de|mientras|\
        en caso de|en caso de que|depende de|dependen de|dependerá de|con tal de que|tan pronto como;\
        solo|sólo|solamente|únicamente|debe|deben|deberá|sin;\
        hasta|antes de|antes del|después de|a más tardar|para el @;\
        a menos que|a no ser que|salvo|excepto|con excepción de;\
        a cambio de|a cambio|en contrapartida;\
        de lo contrario|si no|entonces|o si no",
    vague: "solo sólo debe deben sin entonces mientras",
    ..NONE
};

const RUSSIAN: Language = Language {
    endings: " а и|ет ют ал ала али|ит ят ил ила или",
    cues: "сказал~|говор%|заяв%|заявл^|заявля^|сообщ%|сообщ^|сообща^|отмет%|подчеркнул~|добав%|пообещал~|\
        призвал~|счита^|ответ%|написал~|рассказал~|объясн%|объяв%|признал~|утвержда^|потребовал~;\
        предупред%;назвал~;\
        по словам|по мнению|по данным|по информации|согласно",
    pronouns: "он она они оно",
    links: "что чтобы",
    towards: "к",
    between: "также уже позже ранее вчера сегодня не",
    relatives: "который которая которые",
    stops: "и а но или в во на не что чтобы с со по к из о об от до за у для при как если когда это",
    dates: "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    conditions: "если|только если|при условии|в случае|зависит от|пока;\
        только|должен|должны|без;\
        до|после|не позднее|прежде чем;\
        кроме|за исключением|если только не;в обмен на|взамен;иначе|в противном случае|тогда",
    vague: "только без до после тогда пока",
    ..NONE
};

const PERSIAN: Language = Language {
    cues: "گفت|گفته|گفتند|می‌گوید|می‌گویند|میگوید|گوید|اعلام کرد|اعلام کردند|تاکید کرد|تأکید کرد|افزود|\
        اظهار داشت|ابراز داشت|هشدار داد|خواستار شد|نوشت|نوشته;;خواند;به گفته|به گفتهٔ|به گفته‌ی|به گزارش|به نقل از",
    determiners: "یک این آن",
    pronouns: "او وی آنها آنان ایشان",
    links: "که",
    towards: "به",
    between: "نیز هم است همچنین",
    stops: "در از به که را با و برای تا بر اما این آن اگر پس است",
    conditions: "اگر|به شرط|به شرطی که|مشروط به|در صورت|در صورتی که;باید|فقط|تنها|بدون;تا|پیش از|قبل از|پس از;\
        مگر|به جز;در ازای|در مقابل;وگرنه|در غیر این صورت",
    vague: "تنها تا",
    cased: false,
    longest: 5,
    ..NONE
};

const ARABIC: Language = Language {
    cues: "قال|قالت|قالوا|وقال|وقالت|يقول|تقول|صرح|صرّح|وصرح|أعلن|أعلنت|وأعلن|أكد|أكدت|وأكد|وأكدت|أضاف|أضافت|\
        وأضاف|وأضافت|أوضح|وأوضح|ذكر|ذكرت|دعا|دعت|ودعا|حذر|وحذر|كتب;أبلغ;وصف;بحسب|حسب|وفقا|وفقاً|على حد قول",
    pronouns: "هو هي هم",
    links: "إن أن إنه أنه بأن",
    towards: "إلى",
    between: "قد أيضا أيضاً",
    stops: "في من على إلى أن إن إنه أنه بأن عن مع التي الذي أو ثم لكن بعد قبل إذا خلال أمس اليوم",
    conditions: "إذا|إن لم|بشرط|شريطة|في حال|يتوقف على|طالما;فقط|يجب|بدون|دون;حتى|قبل|بعد;إلا|إلا إذا|ما لم|باستثناء;\
        مقابل|في مقابل;وإلا|خلاف ذلك",
    vague: "حتى قبل بعد دون",
    cased: false,
    verb_first: true,
    longest: 5,
    ..NONE
};

const CHINESE: Language = Language {
    cues: "说|說|表 示|强 调|強 調|指 出|宣 布|宣 佈|认 为|認 為|称|稱|声 称|宣 称|警 告 说|警 告|呼 吁|补 充 说|重 申|透 露|写 道;\
        告 诉|告 訴;称 为;据|據|根 据|按 照",
    pronouns: "他 她",
    towards: "对 向 對",
    between: "还 也 则 均 都 又 再 曾",
    stops: "在 于 日 时 报 对 向 對 的 了 是 据",
    conditions: "如 果|只 要|假 如|若|取 决 于|前 提 是;必 须|只 有|只 能|仅;直 到|之 前|之 后|以 前;除 非|除 了;\
        以 换 取|作 为 交 换|换 取;否 则|那 么|不 然",
    cased: false,
    longest: 16,
    ..NONE
};

/// Whether two words are the same but for case.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.chars().map(lower).eq(b.chars().map(lower))
}

/// Whether a list of words has a word.
pub(super) fn has(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split(' ').any(|it| same(it, word))
}

/// Whether a word is what a phrase's word stands for.
pub(super) fn stands_for(pattern: &str, endings: &str, word: &str) -> bool {
    let Some(group) = pattern.chars().last().and_then(|last| "~^%".find(last)) else {
        return same(pattern, word);
    };
    let stem = pattern.get(..pattern.len() - 1).unwrap_or_default();
    let (Some(begins), Some(ends)) = (word.get(..stem.len()), word.get(stem.len()..)) else { return false };
    same(stem, begins)
        && endings.split('|').nth(group).is_some_and(|it| it.split(' ').any(|it| same(it, ends)))
}

/// Whether a word begins with a capital, in Latin, Greek and Cyrillic letters.
pub(super) fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(|c| match c {
        'A'..='Z' | 'À'..='Þ' | 'Α'..='Ω' | 'Ѐ'..='Я' => true,
        '\u{139}'..='\u{148}' | '\u{179}'..='\u{17E}' => u32::from(c) % 2 == 1,
        '\u{100}'..='\u{178}' => u32::from(c) % 2 == 0,
        _ => false,
    })
}

/// Whether a word has capitals alone, and more than one, as US and IT have.
#[must_use]
pub fn is_in_capitals(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|it| it.is_ascii_uppercase())
}

/// Whether a text begins with a small letter.
pub(super) fn is_small(text: &str) -> bool {
    text.starts_with(|c| matches!(c, 'a'..='z' | 'ß'..='ÿ' | 'а'..='џ'))
}

/// The small letter of a capital; as many bytes in UTF-8.
fn lower(c: char) -> char {
    let by = match c {
        'A'..='Z' | 'À'..='Þ' | 'А'..='Я' => 32,
        'Ё' => 80,
        _ => 0,
    };
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_regard_to_case() {
        assert!(same("Según", "SEGÚN") && same("По", "по") && same("écrit", "Écrit"));
        assert!(!same("said", "sand") && !same("e\u{301}", "é"));
        assert!(is_capital("Šefčovič") && is_capital("Żak") && !is_capital("šel") && !is_capital("😃"));
    }

    #[test]
    fn stems_stand_for_their_forms() {
        let forms = |pattern: &str, words: &str| {
            words.split(' ').all(|word| stands_for(pattern, ENGLISH.endings, word))
        };
        assert!(forms("claim~", "claim claims Claimed claiming"));
        assert!(forms("argu^", "argue argues argued arguing"));
        assert!(forms("repl%", "reply replies replied replying"));
        assert!(!forms("not^", "not") && !forms("repl%", "repl") && !forms("claim~", "claimant"));
        assert!(stands_for("erklär~", GERMAN.endings, "erklärte"));
        assert!(stands_for("add~", ENGLISH.endings, "added") && !stands_for("add~", ENGLISH.endings, "ad😃"));
    }

    /// A stray blank would stand for the empty word.
    #[test]
    fn no_list_has_a_stray_blank() {
        for language in &LANGUAGES {
            for list in [language.cues, language.conditions, language.messages] {
                for phrase in list.split([';', '|']) {
                    assert!(list.is_empty() || phrase.is_empty() || phrase.trim() == phrase, "{phrase}");
                    assert!(!phrase.contains("  "), "{phrase}");
                }
            }
            for list in [language.stops, language.between, language.dates, language.pronouns] {
                assert!(list.is_empty() || list.split(' ').all(|word| !word.is_empty()), "{list}");
            }
        }
    }
}
