//! The plans that the transcripts of the corpus are made from.

use floorlot::Hash;
use floorlot::plan::{
    Absence, Device, Mode, PickRule, Plan, Pool, Prior, Relation, Source, Unit, Unranked,
};
use floorlot::primitives::tree::leaf_hash;

/// Five members on two benches, and twenty ten-sided dice.
pub(crate) fn panel(name: &str, mode: Mode) -> Plan {
    Plan::new(&format!("corpus.example/{name}"), "重建楼 摇号选层", mode)
        .bench("residents", "居民代表", 2, &[("r1", "王*"), ("r2", "欧阳*"), ("r3", "陈*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*"), ("o2", "赵*")])
        .source(Source::TWENTY_DICE)
}

/// One resident, one official.
pub(crate) fn small_panel(name: &str) -> Plan {
    Plan::new(&format!("corpus.example/{name}"), "Block 7", Mode::Official)
        .bench("residents", "Residents", 1, &[("r1", "W*")])
        .bench("officials", "Officials", 1, &[("o1", "L*")])
        .source(Source::TWENTY_DICE)
}

/// Five flats, one of them step-free, and four households; the one that needs it is called last.
pub(crate) fn lot_pool() -> Pool {
    Pool::lot("A", "1号楼 两室", "1号楼")
        .unit("A-0301", "301", 3, &["step-free"])
        .unit("A-0601", "601", 6, &[])
        .unit("A-0901", "901", 9, &[])
        .unit("A-1201", "1201", 12, &[])
        .unit("A-1801", "1801", 18, &[])
        .household("H001", "张*明", 1, &[])
        .household("H002", "欧阳*", 1, &[])
        .household("H003", "", 1, &[])
        .household("H004", "孙*", 2, &["step-free"])
}

/// Four flats and four households who choose.
pub(crate) fn choice_pool(absence: Absence) -> Pool {
    let mut pool = Pool::new("B", "2号楼 一室", "2号楼", PickRule::Choice)
        .unit("B-0201", "201", 2, &[])
        .unit("B-0501", "501", 5, &[])
        .unit("B-1101", "1101", 11, &[])
        .unit("B-1501", "1501", 15, &[])
        .household("H101", "周*", 1, &[])
        .household("H102", "吴*", 1, &[])
        .household("H103", "郑*", 1, &[])
        .household("H104", "冯*", 1, &[]);
    pool.absence = Some(absence);
    pool
}

/// A pool in which some flats have an area, a price, or both.
pub(crate) fn priced() -> Plan {
    let mut pool = choice_pool(Absence::Last).unit("B-1701", "1701", 17, &["lift", "view"]);
    for (unit, area, price) in [
        (0, Some(1), Some(1)),
        (1, Some(8925), None),
        (3, Some(Unit::MOST_AREA), Some(123_456_789)),
        (4, None, Some(Unit::MOST_PRICE)),
    ] {
        (pool.units[unit].area, pool.units[unit].price) = (area, price);
    }
    small_panel("areas-and-prices").pool(pool)
}

/// Four flats and three households who handed in rankings; all want the top first.
pub(crate) fn ranking_pool(unranked: Unranked) -> Pool {
    let mut pool = Pool::new("C", "3号楼 三室", "3号楼", PickRule::Ranking)
        .unit("C-0101", "101", 1, &[])
        .unit("C-0401", "401", 4, &[])
        .unit("C-0801", "801", 8, &[])
        .unit("C-1601", "1601", 16, &[])
        .household("H201", "蒋*", 1, &[])
        .household("H202", "沈*", 1, &[])
        .household("H203", "韩*", 1, &[]);
    for household in &mut pool.households {
        household.ranking = ["C-1601", "C-0801", "C-0401"].map(String::from).to_vec();
    }
    pool.unranked = Some(unranked);
    pool
}

/// One pool drawn by lot: the usual ground of the tampered files.
pub(crate) fn block() -> Plan {
    panel("block", Mode::Official).pool(lot_pool())
}

/// A pool of each rule.
pub(crate) fn estate() -> Plan {
    panel("estate", Mode::Official)
        .pool(lot_pool())
        .pool(choice_pool(Absence::Last))
        .pool(ranking_pool(Unranked::Lot))
}

/// Sets the group of some households of the last pool.
pub(crate) fn grouped(mut plan: Plan, group: &str, households: &[&str]) -> Plan {
    for household in plan
        .pools
        .iter_mut()
        .flat_map(|p| &mut p.households)
        .filter(|h| households.contains(&h.id.as_str()))
    {
        household.group = Some(group.into());
    }
    plan
}

/// A link to an earlier transcript.
pub(crate) fn prior(name: &str, relation: Relation, reason: &str) -> Prior {
    let root: Hash = leaf_hash(name.as_bytes());
    Prior {
        origin: format!("corpus.example/{name}"),
        size: 41,
        root,
        relation,
        reason: reason.into(),
    }
}

/// A source of public numbers.
pub(crate) fn source(device: Device, count: u64, range: u64) -> Source {
    Source { device, count, range, round: 0 }
}
