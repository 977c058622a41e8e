use super::super::fault::Fault;
use super::Table;
use super::source::Source;
use floorlot::rules::Words;

pub(super) fn tables(source: &Source<'_>, _bytes: &[u8]) -> Result<Vec<Table>, Fault> {
    Err(too_old(source))
}

pub(super) fn too_old(source: &Source<'_>) -> Fault {
    let advice = Words::new("open it in the spreadsheet program and save it as .xlsx", "请用表格软件打开后另存为 .xlsx");
    source.other(Words::new("a workbook of Excel 95 or older", "Excel 95 或更早的工作簿"), advice)
}
