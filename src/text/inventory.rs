//! The two closed inventories of syntax: Penn tags and Universal Dependencies relations, with their names.
//!
//! Owns the names and their numbers (the model file stores numbers, so the order is part of its format).
//! Leaves to `tag` and `depend` which token gets which.

macro_rules! inventory {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($variant),+ }

        impl $name {
            /// Every member, in the order of their numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name as treebanks write it.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The member of this name.
            pub fn named(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

inventory! {
    /// A Penn Treebank tag. All tags of punctuation are one, `Punct`; so are `$` and `SYM`.
    Tag {
        Cc = "CC", Cd = "CD", Dt = "DT", Ex = "EX", Fw = "FW", In = "IN", Jj = "JJ", Jjr = "JJR",
        Jjs = "JJS", Ls = "LS", Md = "MD", Nn = "NN", Nnp = "NNP", Nnps = "NNPS", Nns = "NNS", Pdt = "PDT",
        Pos = "POS", Prp = "PRP", PrpS = "PRP$", Rb = "RB", Rbr = "RBR", Rbs = "RBS", Rp = "RP", Sym = "SYM",
        To = "TO", Uh = "UH", Vb = "VB", Vbd = "VBD", Vbg = "VBG", Vbn = "VBN", Vbp = "VBP", Vbz = "VBZ",
        Wdt = "WDT", Wp = "WP", WpS = "WP$", Wrb = "WRB", Add = "ADD", Afx = "AFX", Gw = "GW", Hyph = "HYPH",
        Nfp = "NFP", Xx = "XX", Punct = "PUNCT",
    }
}

inventory! {
    /// A Universal Dependencies relation, English inventory.
    Label {
        Acl = "acl", AclRelcl = "acl:relcl", Advcl = "advcl", AdvclRelcl = "advcl:relcl", Advmod = "advmod",
        Amod = "amod", Appos = "appos", Aux = "aux", AuxPass = "aux:pass", Case = "case", Cc = "cc",
        CcPreconj = "cc:preconj", Ccomp = "ccomp", Compound = "compound", CompoundPrt = "compound:prt",
        Conj = "conj", Cop = "cop", Csubj = "csubj", CsubjPass = "csubj:pass", Dep = "dep", Det = "det",
        DetPredet = "det:predet", Discourse = "discourse", Dislocated = "dislocated", Expl = "expl",
        Fixed = "fixed", Flat = "flat", Goeswith = "goeswith", Iobj = "iobj", List = "list", Mark = "mark",
        Nmod = "nmod", NmodDesc = "nmod:desc", NmodPoss = "nmod:poss", NmodUnmarked = "nmod:unmarked",
        Nsubj = "nsubj", NsubjOuter = "nsubj:outer", NsubjPass = "nsubj:pass", Nummod = "nummod", Obj = "obj",
        Obl = "obl", OblAgent = "obl:agent", OblUnmarked = "obl:unmarked", Orphan = "orphan",
        Parataxis = "parataxis", Punct = "punct", Reparandum = "reparandum", Root = "root",
        Vocative = "vocative", Xcomp = "xcomp",
    }
}

impl Tag {
    /// The tag that a treebank's Penn column stands for; `Xx` where it is none of ours.
    pub fn from_penn(text: &str) -> Tag {
        match text {
            "." | "," | ":" | "``" | "''" | "-LRB-" | "-RRB-" | "\"" => Tag::Punct,
            "$" => Tag::Sym,
            _ => Tag::named(text).unwrap_or(Tag::Xx),
        }
    }

    /// VB, VBD, VBG, VBN, VBP, VBZ; not modals.
    pub fn is_verb(self) -> bool {
        matches!(self, Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz)
    }

    /// A verb form that carries tense: VBD, VBP, VBZ, or a modal.
    pub fn is_finite(self) -> bool {
        matches!(self, Tag::Vbd | Tag::Vbp | Tag::Vbz | Tag::Md)
    }

    /// NN, NNS, NNP, NNPS.
    pub fn is_noun(self) -> bool {
        matches!(self, Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps)
    }

    /// NNP, NNPS.
    pub fn is_proper(self) -> bool {
        matches!(self, Tag::Nnp | Tag::Nnps)
    }

    /// Punctuation of any kind, hyphens included.
    pub fn is_punct(self) -> bool {
        matches!(self, Tag::Punct | Tag::Hyph | Tag::Nfp)
    }
}

impl Label {
    /// The relation of a treebank's column; an unknown subtype falls back to its main relation, then to `Dep`.
    pub fn from_relation(text: &str) -> Label {
        Label::named(text)
            .or_else(|| Label::named(text.split(':').next().unwrap_or(text)))
            .unwrap_or(Label::Dep)
    }

    /// Any subject: nominal or clausal, active or passive.
    pub fn is_subject(self) -> bool {
        self.is_nominal_subject() || matches!(self, Label::Csubj | Label::CsubjPass)
    }

    /// nsubj, nsubj:pass, nsubj:outer.
    pub fn is_nominal_subject(self) -> bool {
        matches!(self, Label::Nsubj | Label::NsubjPass | Label::NsubjOuter)
    }
}
