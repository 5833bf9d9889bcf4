//! Episodes as batches: nothing copied that need not be, and the rows of transitions.

use super::*;
use crate::schema::{NEXT_STATE, STATE};
use arrow::array::AsArray;
use arrow::datatypes::{Float32Type, Int64Type};
use terrella_spec::columns::Dtype;

const STEPS: u32 = 3;

fn columns() -> Vec<Column> {
    let data = |name: &str, dtype| ColumnSpec::scalar(Table::Data, name, dtype, "", "");
    let sim = |name: &str, dtype| ColumnSpec::scalar(Table::Sim, name, dtype, "", "");
    let column = |spec, values| Column {
        spec,
        values,
        ends: Vec::new(),
    };
    let bools = |set: [i32; 4]| Values::Bool(set.map(|flag| flag == 1).to_vec());
    let mut bodies = Column::new(sim("bodies", Dtype::Float32).extent(Extent::List(2)));
    for row in 0..4 {
        bodies.floats().extend(vec![row as f32; 2 * row]);
        bodies.end_row();
    }
    vec![
        column(
            data(STATE, Dtype::Float32).extent(Extent::Fixed(2)),
            Values::Float32((0..8).map(|x| x as f32).collect()),
        ),
        column(
            data("front", Dtype::Image).extent(Extent::Picture(1, 2)),
            Values::Rgb((0..24).collect()),
        ),
        column(data("is_last", Dtype::Bool), bools([0, 0, 0, 1])),
        column(data("is_terminal", Dtype::Bool), bools([0, 0, 0, 1])),
        column(data("next.terminated", Dtype::Bool), bools([0, 0, 1, 0])),
        bodies,
        column(
            sim("depth", Dtype::Raster16).extent(Extent::Picture(1, 2)),
            Values::Raster16((0..8).collect()),
        ),
        column(
            sim("normals", Dtype::RasterI8x3).extent(Extent::Picture(1, 1)),
            Values::RasterI8((-6..6).collect()),
        ),
        column(
            sim("flow", Dtype::RasterF32x2).extent(Extent::Picture(1, 1)),
            Values::RasterF32((0..8).map(|x| x as f32).collect()),
        ),
    ]
}

fn episode(columns: Vec<Column>) -> Episode {
    let meta = EpisodeMeta {
        episode: 5,
        split: "train".into(),
        task: "second".into(),
        seed: 1,
        attempt: 0,
        policy: String::new(),
        policy_parameters: String::new(),
        factors: Default::default(),
        ood: Vec::new(),
        body_names: Vec::new(),
        body_classes: Vec::new(),
        body_masses_kg: Vec::new(),
        cameras: String::new(),
        world: String::new(),
        plan_digest: String::new(),
        action_digest: String::new(),
        state_digest: String::new(),
        episode_return: 0.0,
        success: false,
        success_step: -1,
        terminated: false,
        branch: None,
    };
    Episode { meta, columns }
}

fn layout(rows: Rows) -> Layout {
    let declared: Vec<ColumnSpec> = columns().into_iter().map(|column| column.spec).collect();
    Layout::new(&declared, rows, STEPS, 10, &["first".into(), "second".into()]).unwrap()
}

#[test]
fn values_move_into_the_batch() {
    let columns = columns();
    let Values::Rgb(pixels) = &columns[1].values else {
        panic!("pictures")
    };
    let Values::Float32(bodies) = &columns[5].values else {
        panic!("floats")
    };
    let (pixels, bodies) = (pixels.as_ptr(), bodies.as_ptr());
    let batches = layout(Rows::Trajectories).batches(episode(columns)).unwrap();
    let front = batches.data.column_by_name("front").unwrap().as_binary::<i32>();
    assert_eq!(front.value_data().as_ptr(), pixels);
    let lists = batches.sim.column_by_name("bodies").unwrap().as_list::<i32>();
    assert_eq!(
        lists.values().as_primitive::<Float32Type>().values().as_ptr(),
        bodies
    );
}

#[test]
fn trajectories_have_a_row_for_the_last_observation() {
    let batches = layout(Rows::Trajectories).batches(episode(columns())).unwrap();
    assert_eq!((batches.data.num_rows(), batches.sim.num_rows()), (4, 4));
    let integers = |name: &str| {
        batches
            .data
            .column_by_name(name)
            .unwrap()
            .as_primitive::<Int64Type>()
            .values()
            .to_vec()
    };
    assert_eq!(integers("index"), [20, 21, 22, 23]);
    assert_eq!(integers("frame_index"), [0, 1, 2, 3]);
    assert_eq!(integers("episode_index"), [5; 4]);
    assert_eq!(integers("task_index"), [1; 4]);
    let depth = batches.sim.column_by_name("depth").unwrap().as_binary::<i32>();
    assert_eq!(depth.value(3), [6, 0, 7, 0]);
    let bodies = batches.sim.column_by_name("bodies").unwrap().as_list::<i32>();
    assert_eq!(
        bodies.value(2).as_primitive::<Float32Type>().values()[..],
        [2.0; 4]
    );
}

#[test]
fn transitions_end_with_the_last_action() {
    let batches = layout(Rows::Transitions).batches(episode(columns())).unwrap();
    assert_eq!((batches.data.num_rows(), batches.sim.num_rows()), (3, 3));
    let next = batches
        .data
        .column_by_name(NEXT_STATE)
        .unwrap()
        .as_fixed_size_list()
        .values()
        .clone();
    assert_eq!(
        next.as_primitive::<Float32Type>().values()[..],
        [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    );
    for name in ["is_last", "is_terminal", "next.terminated"] {
        let flags = batches.data.column_by_name(name).unwrap().as_boolean();
        let flags: Vec<bool> = flags.values().iter().collect();
        assert_eq!(flags, [false, false, true], "{name}");
    }
    let index = batches
        .data
        .column_by_name("index")
        .unwrap()
        .as_primitive::<Int64Type>();
    assert_eq!(index.values()[..], [15, 16, 17]);
    assert_eq!(
        batches
            .sim
            .column_by_name("bodies")
            .unwrap()
            .as_list::<i32>()
            .values()
            .len(),
        6
    );
}

#[test]
fn a_torn_row_is_refused_whatever_its_length() {
    for rows in [Rows::Trajectories, Rows::Transitions] {
        for extra in 1..6 {
            let mut columns = columns();
            columns[1].rgb().extend(vec![0; extra]);
            let error = layout(rows).batches(episode(columns)).unwrap_err().to_string();
            assert!(error.contains("column front"), "{error}");
        }
    }
}

#[test]
fn a_column_is_there_once_and_declared() {
    let layout = layout(Rows::Trajectories);
    let check = |spec: ColumnSpec, expected: &str| {
        let mut columns = columns();
        let values = Values::Bool(vec![false; 4]);
        columns.push(Column {
            spec,
            values,
            ends: Vec::new(),
        });
        let error = layout.batches(episode(columns)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let flag = |table, name| ColumnSpec::scalar(table, name, Dtype::Bool, "", "");
    check(flag(Table::Data, "is_last"), "is_last: is there twice");
    check(flag(Table::Sim, "is_last"), "does not declare");
    check(
        flag(Table::Data, "index"),
        "the column index, which the dataset does not declare",
    );
    check(
        flag(Table::Data, "front"),
        "is Bool Scalar, declared Image Picture(1, 2)",
    );
}

#[test]
fn rasters_of_any_number_are_little_endian_blobs_a_row() {
    let layout = layout(Rows::Trajectories);
    let batches = layout.batches(episode(columns())).unwrap();
    let row = |name: &str, row: usize| {
        batches
            .sim
            .column_by_name(name)
            .unwrap()
            .as_binary::<i32>()
            .value(row)
            .to_vec()
    };
    assert_eq!(row("depth", 1), [2, 0, 3, 0]);
    assert_eq!(row("normals", 0), [250, 251, 252]);
    assert_eq!(
        row("flow", 3),
        [6.0_f32.to_le_bytes(), 7.0_f32.to_le_bytes()].concat()
    );
    let shape = |name: &str| {
        let spec = layout.columns(Table::Sim).iter().find(|spec| spec.name == name);
        crate::schema::shape(spec.unwrap())
    };
    assert_eq!((shape("depth"), shape("flow")), (vec![1, 2], vec![1, 1, 2]));
}

#[test]
fn columns_come_back_from_batches_as_they_were() {
    let kept = |column: &Column| column.spec.dtype != Dtype::Image && !column.spec.dtype.is_raster();
    let specs: Vec<ColumnSpec> = columns()
        .iter()
        .filter(|c| kept(c))
        .map(|c| c.spec.clone())
        .collect();
    let batches = layout(Rows::Trajectories).batches(episode(columns())).unwrap();
    let read = crate::columns::columns(&specs, &batches.data, &batches.sim, Rows::Trajectories).unwrap();
    let all: Vec<Column> = columns().into_iter().filter(kept).collect();
    assert_eq!(read, all);
    // Of a slice too, which is how a row group of several episodes comes.
    let [data, sim] = [&batches.data, &batches.sim].map(|batch| batch.slice(1, 2));
    let part = crate::columns::columns(&specs, &data, &sim, Rows::Trajectories).unwrap();
    let bodies = part.iter().find(|column| column.spec.name == "bodies").unwrap();
    assert_eq!(bodies.ends, [2, 6]);
    assert_eq!(bodies.values, Values::Float32(vec![1.0, 1.0, 2.0, 2.0, 2.0, 2.0]));
    let wrong = crate::columns::columns(&[columns()[1].spec.clone()], &data, &sim, Rows::Trajectories);
    assert!(wrong.is_err(), "pictures are not read back");
}

#[test]
fn columns_of_transitions_make_the_same_batches_again() {
    let layout = layout(Rows::Transitions);
    let first = layout.batches(episode(columns())).unwrap();
    let specs: Vec<ColumnSpec> = columns()
        .into_iter()
        .map(|column| column.spec)
        .filter(|spec| spec.dtype != Dtype::Image && !spec.dtype.is_raster())
        .collect();
    let mut read = crate::columns::columns(&specs, &first.data, &first.sim, Rows::Transitions).unwrap();
    read.extend(
        columns()
            .into_iter()
            .filter(|c| c.spec.dtype == Dtype::Image || c.spec.dtype.is_raster()),
    );
    let again = layout.batches(episode(read)).unwrap();
    assert_eq!((again.data, again.sim), (first.data, first.sim));
}
