//! A receipt: text and value correspond one to one, its check fails nothing without naming it, and
//! one that programs saved is read as it was written.
#![no_main]

use floorlot::receipt::{Receipt, ReceiptEvidence, Saved};
use floorlot::rules::Lang;
use floorlot::transcript::Verdict;
use floorlot_fuzz::mutate;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| {
    let saved = Saved::read(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.parse::<Receipt>() {
        Ok(receipt) => {
            assert_eq!(receipt.to_string(), text);
            checked(&receipt);
            if text.contains('\r') {
                return; // in a line, which R2 refuses; an editor cannot be told from it
            }
            let saved = saved.expect("a receipt");
            assert_eq!((saved.text.as_str(), saved.note), (text, None));
            let typed = text.replace('\n', "\r\n");
            assert_eq!(Saved::read(typed.as_bytes()).expect("a receipt").text, text);
        }
        Err(error) => {
            assert!(!error.words().en.is_empty() && !error.words().zh.is_empty());
            let lines = text.split('\n').count() as u64 + 1;
            assert!((1..=lines).contains(&error.line), "line {} of {lines}", error.line);
            if let Some(saved) = saved.ok().filter(|saved| !saved.text.contains('\r')) {
                // What is read of a saved receipt is not changed by saving it again.
                let again = Saved::read(saved.text.as_bytes()).expect("read before");
                assert_eq!((again.text, again.note), (saved.text, None));
            }
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::of_lines(data, size, max_size, seed)
});

fn checked(receipt: &Receipt) {
    let report = receipt.verify(&ReceiptEvidence::default());
    assert_eq!(report.first_failed().is_some(), report.verdict == Verdict::Refuted);
    assert!(!report.anchored && !report.signed, "nothing was given to compare with");
    assert!(!report.text(Lang::En).is_empty() && !report.text(Lang::Zh).is_empty());
    serde_json::to_string(&report).expect("a report is JSON");
    assert_eq!(receipt.proofs().len(), receipt.entries().len());
    // The lines of one claim of a family are a receipt too.
    for claim in report.claims().family.iter().flat_map(|family| &family.households) {
        if let Some(own) = receipt.of_claim(claim.household.as_deref().unwrap_or_default()) {
            let again: Receipt = own.to_string().parse().expect("a receipt of a claim");
            assert_eq!(again.claims().household, claim.household);
        }
    }
    if let Some(text) = receipt.short(usize::MAX) {
        let short: Receipt = text.parse().expect("a short receipt is a receipt");
        assert_eq!(short.to_string(), text);
        let again = short.verify(&ReceiptEvidence::default());
        assert!(report.first_failed().is_some() || again.first_failed().is_none());
    }
}
