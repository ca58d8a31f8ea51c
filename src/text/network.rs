//! The parser's network: embeddings, recurrent layers read in both directions, and what they say of heads
//! and relations.
//!
//! Owns the shape of the parameters and the forward pass (Dozat and Manning 2017, small; relations as in
//! Kiperwasser and Goldberg 2016). Leaves the tree to `depend`, arithmetic to `matrix`, learning to the
//! `treebank` program.

use super::inventory::{Label, Tag};
use super::matrix::{Cells, Dense, LANES, Recurrent, Size, View, multiply_add, multiply_whole, recur};
use super::tag::Table;
use super::word::{Form, SHAPES};
use std::ops::Range;

/// Tables of embeddings: word, prefix, three suffixes, shape, tag.
pub const TABLES: usize = 6;
/// The first row of a table is for what it does not know, the second for the root.
pub const UNKNOWN: u32 = 0;
const ROOT: u32 = 1;
/// How many rows of a table stand before those of its keys.
pub const RESERVED: usize = 2;

/// Columns of the relation scores: the relations, padded.
pub const LABEL_COLUMNS: usize = Label::ALL.len().next_multiple_of(LANES);

/// Columns of the tag scores: the tags, padded.
pub const TAG_COLUMNS: usize = Tag::ALL.len().next_multiple_of(LANES);

/// Recurrent layers, one on the other.
pub const LAYERS: usize = 3;

/// The sizes of the network, all multiples of `LANES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Of an embedding.
    pub input: usize,
    /// Of one direction of a recurrent layer.
    pub width: usize,
    /// Of the vectors that score heads.
    pub arc: usize,
    /// Of the vectors that score relations.
    pub label: usize,
}

/// The dense parameters, one after the other in a single slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// input x 8 width: the four gates, forwards and backwards.
    Input(usize),
    /// width x 4 width.
    Recurrent(usize, usize),
    /// 8 width.
    Bias(usize),
    /// 2 width x TAG_COLUMNS, from the first layer.
    Tags,
    TagsBias,
    /// 2 width x (2 arc + 2 label): as head, as dependant; for arcs, for relations.
    Roles,
    RolesBias,
    /// arc x arc.
    Arc,
    ArcBias,
    /// label x LABEL_COLUMNS.
    Label,
    LabelBias,
}

impl Part {
    pub const ALL: [Part; 20] = [
        Part::Input(0),
        Part::Recurrent(0, 0),
        Part::Recurrent(0, 1),
        Part::Bias(0),
        Part::Input(1),
        Part::Recurrent(1, 0),
        Part::Recurrent(1, 1),
        Part::Bias(1),
        Part::Input(2),
        Part::Recurrent(2, 0),
        Part::Recurrent(2, 1),
        Part::Bias(2),
        Part::Tags,
        Part::TagsBias,
        Part::Roles,
        Part::RolesBias,
        Part::Arc,
        Part::ArcBias,
        Part::Label,
        Part::LabelBias,
    ];
}

impl Shape {
    /// (rows, columns) of a part.
    pub fn size(&self, part: Part) -> (usize, usize) {
        let roles = self.roles();
        match part {
            Part::Input(0) => (self.input, 8 * self.width),
            Part::Input(_) => (2 * self.width, 8 * self.width),
            Part::Recurrent(..) => (self.width, 4 * self.width),
            Part::Bias(_) => (1, 8 * self.width),
            Part::Tags => (2 * self.width, TAG_COLUMNS),
            Part::TagsBias => (1, TAG_COLUMNS),
            Part::Roles => (2 * self.width, roles),
            Part::RolesBias => (1, roles),
            Part::Arc => (self.arc, self.arc),
            Part::ArcBias => (1, self.arc),
            Part::Label => (self.label, LABEL_COLUMNS),
            Part::LabelBias => (1, LABEL_COLUMNS),
        }
    }

    /// Columns of the role vectors.
    pub fn roles(&self) -> usize {
        2 * self.arc + 2 * self.label
    }

    pub fn range(&self, part: Part) -> Range<usize> {
        let mut start = 0;
        for p in Part::ALL {
            let (rows, columns) = self.size(p);
            if p == part {
                return start..start + rows * columns;
            }
            start += rows * columns;
        }
        start..start
    }

    /// Whether the sizes are ones that the kernels can work with.
    pub fn is_sound(&self) -> bool {
        [self.input, self.width, self.arc, self.label]
            .iter()
            .all(|&size| size > 0 && size <= 1024 && size.is_multiple_of(LANES))
    }

    /// How many dense parameters there are.
    pub fn dense(&self) -> usize {
        self.range(Part::LabelBias).end
    }
}

/// The rows of the tables that describe a token.
pub type Ids = [u32; TABLES];

/// Which words and affixes have rows of their own.
#[derive(Debug)]
pub struct Vocabulary {
    words: Table,
    prefixes: Table,
    suffixes3: Table,
    suffixes2: Table,
}

impl Vocabulary {
    /// Of the keys of the four open tables (words, prefixes, suffixes of three, of two letters).
    pub fn new(keys: &[Vec<u32>; 4]) -> Vocabulary {
        let [words, prefixes, suffixes3, suffixes2] = keys.each_ref().map(|k| Table::new(k.iter().copied()));
        Vocabulary { words, prefixes, suffixes3, suffixes2 }
    }

    /// The rows of each table, given the number of keys of the open ones.
    pub fn rows(keys: &[Vec<u32>; 4]) -> [usize; TABLES] {
        let open = keys.each_ref().map(|k| k.len() + RESERVED);
        [open[0], open[1], open[2], open[3], SHAPES + RESERVED, Tag::ALL.len() + RESERVED]
    }

    /// What describes the root, which stands before the first token.
    pub const ROOT_IDS: Ids = [ROOT; TABLES];

    pub fn ids(&self, form: &Form, tag: Tag) -> Ids {
        let row = |table: &Table, key| table.find(key).map_or(UNKNOWN, |i| (i + RESERVED) as u32);
        [
            row(&self.words, form.norm),
            row(&self.prefixes, form.prefix),
            row(&self.suffixes3, form.suffix3),
            row(&self.suffixes2, form.suffix2),
            u32::from(form.shape) + RESERVED as u32,
            tag as u32 + RESERVED as u32,
        ]
    }
}

/// The parameters.
#[derive(Debug, Clone)]
pub struct Network {
    pub shape: Shape,
    /// The tables of embeddings, `shape.input` floats a row.
    pub tables: [Vec<f32>; TABLES],
    pub dense: Vec<f32>,
    /// The matrices of `dense` in whole numbers, in the order of `Part::ALL`: what the forward pass reads.
    whole: Vec<Dense>,
    recurrent: [[Recurrent; 2]; LAYERS],
}

/// What the network says of a sentence of `tokens` tokens, the root included as row 0.
pub struct Scores {
    pub rows: usize,
    /// How well `head` suits `dependant`: at `dependant * stride + head`.
    pub arcs: Vec<f32>,
    pub stride: usize,
    /// The best tag of each row, read in context.
    pub tags: Vec<Tag>,
    roles: Vec<f32>,
}

impl Network {
    pub fn new(shape: Shape, tables: [Vec<f32>; TABLES], dense: Vec<f32>) -> Network {
        let mut network = Network { shape, tables, dense, whole: Vec::new(), recurrent: Default::default() };
        network.refresh();
        network
    }

    /// Makes the whole numbers again, after `dense` has changed.
    pub fn refresh(&mut self) {
        let whole = |part: Part| match (part, self.shape.size(part)) {
            (Part::Recurrent(..), _) | (_, (1, _)) => Dense::default(),
            (_, (_, columns)) => Dense::new(self.part(part), columns),
        };
        self.whole = Part::ALL.into_iter().map(whole).collect();
        for layer in 0..LAYERS {
            for direction in 0..2 {
                let part = self.part(Part::Recurrent(layer, direction));
                self.recurrent[layer][direction] = Recurrent::new(part, 4 * self.shape.width);
            }
        }
    }

    pub fn part(&self, part: Part) -> &[f32] {
        &self.dense[self.shape.range(part)]
    }

    fn whole(&self, part: Part) -> &Dense {
        let at = Part::ALL.iter().position(|&p| p == part);
        &self.whole[at.expect("every part is of `Part::ALL`")]
    }

    /// The sum of the embeddings of each token.
    pub fn embed(&self, ids: &[Ids]) -> Vec<f32> {
        let width = self.shape.input;
        let mut out = vec![0.0; ids.len() * width];
        for (line, ids) in out.chunks_exact_mut(width).zip(ids) {
            for (table, &id) in self.tables.iter().zip(ids) {
                for (o, e) in line.iter_mut().zip(&table[id as usize * width..][..width]) {
                    *o += e;
                }
            }
        }
        out
    }

    /// x W + b.
    pub fn linear(&self, x: &[f32], weights: Part, bias: Part) -> Vec<f32> {
        let inner = self.shape.size(weights).0;
        let rows = x.len() / inner;
        let mut out = self.part(bias).repeat(rows);
        multiply_whole(&mut out, View::new(x, inner), self.whole(weights));
        out
    }

    /// A recurrent layer, both directions.
    pub fn layer(&self, x: &[f32], layer: usize) -> Memory {
        let width = self.shape.width;
        let mut gates = self.linear(x, Part::Input(layer), Part::Bias(layer));
        let rows = gates.len() / (8 * width);
        let mut cells = [vec![0.0; rows * width], vec![0.0; rows * width]];
        let mut out = vec![0.0; rows * 2 * width];
        for (direction, cells) in cells.iter_mut().enumerate() {
            let buffers = Cells {
                gates: &mut gates,
                gates_stride: 8 * width,
                gates_at: direction * 4 * width,
                cells,
                out: &mut out,
                out_stride: 2 * width,
                out_at: direction * width,
            };
            recur(buffers, &self.recurrent[layer][direction], width, rows, direction == 1);
        }
        Memory { gates, cells, out }
    }

    /// The role vectors, from the last layer's states; those for arcs rectified.
    pub fn roles(&self, states: &[f32]) -> Vec<f32> {
        let mut roles = self.linear(states, Part::Roles, Part::RolesBias);
        for line in roles.chunks_exact_mut(self.shape.roles()) {
            for value in &mut line[..2 * self.shape.arc] {
                *value = value.max(0.0);
            }
        }
        roles
    }

    /// The dependants' side of the arc scores: (dependant W + b), `arc` a row.
    pub fn queries(&self, roles: &[f32]) -> Vec<f32> {
        let (arc, stride) = (self.shape.arc, self.shape.roles());
        let rows = roles.len() / stride;
        let mut queries = self.part(Part::ArcBias).repeat(rows);
        multiply_whole(&mut queries, View::new(&roles[arc..], stride), self.whole(Part::Arc));
        queries
    }

    /// Arc scores from the two sides, and their stride.
    pub fn arcs(&self, roles: &[f32], queries: &[f32]) -> (Vec<f32>, usize) {
        let (arc, stride) = (self.shape.arc, self.shape.roles());
        let rows = roles.len() / stride;
        let columns = rows.next_multiple_of(LANES);
        let mut heads = vec![0.0; arc * columns];
        for (row, line) in roles.chunks_exact(stride).enumerate() {
            for (k, &value) in line[..arc].iter().enumerate() {
                heads[k * columns + row] = value;
            }
        }
        let mut scores = vec![0.0; rows * columns];
        multiply_add(
            &mut scores,
            columns,
            View::new(queries, arc),
            View::new(&heads, columns),
            Size { rows, inner: arc, columns },
        );
        (scores, columns)
    }

    /// The rectified meeting of each dependant with its head, `label` a row; `heads[0]` is not looked at.
    pub fn meetings(&self, roles: &[f32], heads: &[usize]) -> Vec<f32> {
        let (label, stride) = (self.shape.label, self.shape.roles());
        let at = 2 * self.shape.arc;
        let mut out = vec![0.0; heads.len() * label];
        for (row, line) in out.chunks_exact_mut(label).enumerate().skip(1) {
            let head = &roles[heads[row] * stride + at..][..label];
            let dependant = &roles[row * stride + at + label..][..label];
            for ((o, h), d) in line.iter_mut().zip(head).zip(dependant) {
                *o = (h + d).max(0.0);
            }
        }
        out
    }

    pub fn score(&self, ids: &[Ids]) -> Scores {
        let first = self.layer(&self.embed(ids), 0);
        let tags = self.linear(&first.out, Part::Tags, Part::TagsBias);
        let tags = tags.chunks_exact(TAG_COLUMNS).map(|line| highest(Tag::ALL, line)).collect();
        let last = (1..LAYERS).fold(first, |memory, layer| self.layer(&memory.out, layer));
        let roles = self.roles(&last.out);
        let (arcs, stride) = self.arcs(&roles, &self.queries(&roles));
        Scores { rows: ids.len(), arcs, stride, tags, roles }
    }

    /// The best relation of each token to its head; row 0 means nothing. A head has one object: of two that would
    /// be, the surer stays. The other becomes what it is next to that: the earlier often whom something is given
    /// ("gave her a book"), which the later never is.
    pub fn labels(&self, scores: &Scores, heads: &[usize]) -> Vec<Label> {
        let meetings = self.meetings(&scores.roles, heads);
        let mut logits = self.linear(&meetings, Part::Label, Part::LabelBias);
        let choose = |(row, line): (usize, &mut [f32])| {
            if heads[row] == 0 {
                return Label::Root;
            }
            line[Label::Root as usize] = f32::NEG_INFINITY;
            highest(Label::ALL, line)
        };
        let mut labels: Vec<Label> = logits.chunks_exact_mut(LABEL_COLUMNS).enumerate().map(choose).collect();
        let mut objects: Vec<Option<usize>> = vec![None; heads.len()];
        for later in 1..heads.len() {
            if labels[later] != Label::Obj {
                continue;
            }
            let Some(earlier) = objects[heads[later]].replace(later) else { continue };
            // What it is next to an object, and by how much it is one.
            let mut next = |row: usize, never: &[Label]| {
                let line = &mut logits[row * LABEL_COLUMNS..][..LABEL_COLUMNS];
                let surety = line[Label::Obj as usize];
                for &label in never {
                    line[label as usize] = f32::NEG_INFINITY;
                }
                let label = highest(Label::ALL, line);
                (label, surety - line[label as usize])
            };
            let first = next(earlier, &[Label::Obj]);
            let second = next(later, &[Label::Obj, Label::Iobj]);
            if first.1 <= second.1 {
                labels[earlier] = first.0;
            } else {
                labels[later] = second.0;
                objects[heads[later]] = Some(earlier);
            }
        }
        labels
    }
}

/// The first member with the highest score; the padding after the members is not looked at.
fn highest<T: Copy>(members: &[T], scores: &[f32]) -> T {
    let mut top = 0;
    for i in 1..members.len() {
        if scores[i] > scores[top] {
            top = i;
        }
    }
    members[top]
}

/// What a recurrent layer computed; training needs all of it.
pub struct Memory {
    /// 8 width a row.
    pub gates: Vec<f32>,
    /// Of each direction, width a row.
    pub cells: [Vec<f32>; 2],
    /// 2 width a row.
    pub out: Vec<f32>,
}
