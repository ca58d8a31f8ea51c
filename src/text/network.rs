//! The parser's network: recurrent layers over embeddings, read in both directions, and what they say of heads and
//! relations.
//!
//! Owns the shape of the parameters and the forward pass (Dozat and Manning 2017, small; relations as in
//! Kiperwasser and Goldberg 2016). Leaves embeddings to `vocabulary`, the tree to `depend`, arithmetic to `matrix` and
//! `recur`, learning to the `treebank` program.

use super::inventory::{Label, Tag};
use super::matrix::{LANES, Size, View, Whole, multiply_add, multiply_whole};
use super::recur::{Cells, recur};
use std::ops::Range;

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

/// The parameters.
#[derive(Debug, Clone)]
pub struct Network {
    pub shape: Shape,
    pub dense: Vec<f32>,
    /// The matrices of `dense` in whole numbers, in the order of `Part::ALL`: what the forward pass reads.
    whole: Vec<Whole>,
}

/// What the network says of sentences, the root of each included as its row 0.
pub struct Scores {
    /// The best tag of each row, read in context.
    pub tags: Vec<Tag>,
    roles: Vec<f32>,
    queries: Vec<f32>,
}

impl Network {
    pub fn new(shape: Shape, dense: Vec<f32>) -> Network {
        let mut network = Network { shape, dense, whole: Vec::new() };
        network.refresh();
        network
    }

    /// Makes the whole numbers again, after `dense` has changed.
    pub fn refresh(&mut self) {
        let whole = |part: Part| match self.shape.size(part) {
            (1, _) => Whole::default(),
            (_, columns) => Whole::new(self.part(part), columns),
        };
        self.whole = Part::ALL.into_iter().map(whole).collect();
    }

    pub fn part(&self, part: Part) -> &[f32] {
        &self.dense[self.shape.range(part)]
    }

    fn whole(&self, part: Part) -> &Whole {
        let at = Part::ALL.iter().position(|&p| p == part);
        &self.whole[at.expect("every part is of `Part::ALL`")]
    }

    /// x W + b.
    pub fn linear(&self, x: &[f32], weights: Part, bias: Part) -> Vec<f32> {
        let inner = self.shape.size(weights).0;
        multiply_whole(self.part(bias), View::new(x, inner), x.len() / inner, self.whole(weights))
    }

    /// A recurrent layer, both directions, over sentences of these lengths, the longest first.
    pub fn layer(&self, x: &[f32], lengths: &[usize], layer: usize) -> Memory {
        self.remember(self.inputs(x, layer), lengths, layer)
    }

    /// The inputs' part of a layer's gates, 8 width a row.
    pub fn inputs(&self, x: &[f32], layer: usize) -> Vec<f32> {
        self.linear(x, Part::Input(layer), Part::Bias(layer))
    }

    fn remember(&self, mut gates: Vec<f32>, lengths: &[usize], layer: usize) -> Memory {
        let width = self.shape.width;
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
            let weights = self.whole(Part::Recurrent(layer, direction));
            recur(buffers, weights, width, lengths, direction == 1);
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
        multiply_whole(
            self.part(Part::ArcBias),
            View::new(&roles[arc..], stride),
            rows,
            self.whole(Part::Arc),
        )
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

    /// Reads sentences, one after the other, of these lengths, the longest first. Each row stands at a place of
    /// `inputs`, what the first layer made of the embeddings.
    pub fn score(&self, inputs: &[f32], places: &[usize], lengths: &[usize]) -> Scores {
        let gates = 8 * self.shape.width;
        let mut rows = Vec::with_capacity(places.len() * gates);
        for place in places {
            rows.extend_from_slice(&inputs[place * gates..][..gates]);
        }
        let first = self.remember(rows, lengths, 0);
        let tags = self.linear(&first.out, Part::Tags, Part::TagsBias);
        let tags = tags.chunks_exact(TAG_COLUMNS).map(|line| highest(Tag::ALL, line)).collect();
        let last = (1..LAYERS).fold(first, |memory, layer| self.layer(&memory.out, lengths, layer));
        let roles = self.roles(&last.out);
        let queries = self.queries(&roles);
        Scores { tags, roles, queries }
    }

    /// How well each token of a sentence suits each other as head, given the sentence's rows.
    pub fn heads(&self, scores: &Scores, rows: Range<usize>) -> (Vec<f32>, usize) {
        let (arc, stride) = (self.shape.arc, self.shape.roles());
        let roles = &scores.roles[rows.start * stride..rows.end * stride];
        self.arcs(roles, &scores.queries[rows.start * arc..rows.end * arc])
    }

    /// The best relation of each row to its head, the heads given as rows; what a root's row has means nothing.
    pub fn labels(&self, scores: &Scores, heads: &[usize], lengths: &[usize]) -> Vec<Label> {
        let meetings = self.meetings(&scores.roles, heads);
        let mut logits = self.linear(&meetings, Part::Label, Part::LabelBias);
        let mut labels = Vec::with_capacity(heads.len());
        for &length in lengths {
            let root = labels.len();
            let rows = root..root + length;
            let logits = &mut logits[rows.start * LABEL_COLUMNS..rows.end * LABEL_COLUMNS];
            labels.extend(relations(logits, &heads[rows], root));
        }
        labels
    }
}

/// The best relations of one sentence. A head has one object: of two that would be, the surer stays. The other becomes
/// what it is next to that: the earlier often whom something is given ("gave her a book"), which the later never is.
fn relations(logits: &mut [f32], heads: &[usize], root: usize) -> Vec<Label> {
    let choose = |(line, &head): (&mut [f32], &usize)| {
        if head == root {
            return Label::Root;
        }
        line[Label::Root as usize] = f32::NEG_INFINITY;
        highest(Label::ALL, line)
    };
    let mut labels: Vec<Label> = logits.chunks_exact_mut(LABEL_COLUMNS).zip(heads).map(choose).collect();
    let mut objects: Vec<Option<usize>> = vec![None; heads.len()];
    for later in 1..heads.len() {
        if labels[later] != Label::Obj {
            continue;
        }
        let head = heads[later] - root;
        let Some(earlier) = objects[head].replace(later) else { continue };
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
            objects[head] = Some(earlier);
        }
    }
    labels
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
