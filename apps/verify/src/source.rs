//! The file to be verified, read once, or twice when a household is to be explained.

use crate::words::{Told, in_file};
use floorlot::lines::Line;
use floorlot::plan::{Plan, ValidPlan};
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, ReadError, Reader, Report, verify_on};
use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::num::NonZero;
use std::path::Path;

/// The file as the verifier reads it.
pub(crate) type Input<'a> = BufReader<ProgressBarIter<&'a mut dyn Read>>;

/// Where the transcript comes from.
pub(crate) enum Source {
    /// A file that can be read again from its beginning.
    File { file: File, size: u64 },
    /// A pipe, which cannot.
    Once(Box<dyn Read>),
}

impl Source {
    /// Opens the file; `-` is standard input. What cannot be read twice is copied to a temporary
    /// file first, if it must be.
    pub(crate) fn open(path: &Path, twice: bool) -> io::Result<Source> {
        let mut pipe: Box<dyn Read> = if path.as_os_str() == "-" {
            Box::new(io::stdin())
        } else {
            let file = File::open(path)?;
            let about = file.metadata()?;
            if about.is_file() {
                return Ok(Source::File { file, size: about.len() });
            }
            Box::new(file)
        };
        if !twice {
            return Ok(Source::Once(pipe));
        }
        let mut file = tempfile::tempfile()?;
        let size = io::copy(&mut pipe, &mut file)?;
        Ok(Source::File { file, size })
    }

    /// Reads from the beginning, with a bar on standard error if that is a terminal.
    pub(crate) fn read<T>(&mut self, with: impl FnOnce(Input<'_>) -> T) -> io::Result<T> {
        let (bar, source): (ProgressBar, &mut dyn Read) = match self {
            Source::File { file, size } => {
                file.rewind()?;
                (ProgressBar::new(*size), file)
            }
            Source::Once(pipe) => (ProgressBar::no_length(), pipe),
        };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        // What fits near the processor: a larger one is read more slowly.
        let done = with(BufReader::with_capacity(1 << 16, bar.wrap_read(source)));
        bar.finish_and_clear();
        Ok(done)
    }

    /// Verifies it, on the cores that there are.
    pub(crate) fn verify(&mut self, evidence: &Evidence) -> io::Result<Result<Report, ReadError>> {
        // More than these have nothing to do.
        const MOST: NonZero<usize> = NonZero::new(8).unwrap();
        let cores = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        self.read(|input| verify_on(cores.min(MOST), input, evidence))
    }
}

/// The plan, alone or at the beginning of a transcript; else what is wrong with the file.
pub(crate) fn plan(path: &Path, lang: Lang) -> Result<ValidPlan, String> {
    let failed = |error: &dyn Told| in_file(path.display(), error, lang);
    let lines = plan_lines(path).map_err(|error| failed(&error))?;
    Plan::read_lines(lines.iter().map(Vec::as_slice)).map_err(|faults| failed(&faults.words()))
}

/// The lines of the plan, alone or at the beginning of a transcript.
pub(crate) fn plan_lines(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    let source: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path)?),
    };
    let mut reader = Reader::new(BufReader::new(source));
    let mut lines: Vec<Vec<u8>> = Vec::new();
    while let Some(line) = reader.next_line()? {
        // The plan ends at its checkpoint, and a transcript can be long.
        if matches!(Line::decode(line.bytes), Ok(Line::Checkpoint { .. })) {
            break;
        }
        lines.push(line.bytes.to_vec());
    }
    Ok(lines)
}
