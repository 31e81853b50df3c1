//! Writing a segment: what several indexes hold, one after the other, in one run of bytes.

use std::io::{self, Write};

use sconce_code::LineRange;

use super::files::{NO_LANGUAGE, record};
use super::foot::{Foot, SECTIONS, Section, SegmentKey};
use super::list::ListWriter;
use super::pages::{PAGE, checksum};
use super::{FieldName, Table};
use crate::lexical::definitions::Definition;
use crate::lexical::part::Part;
use crate::lexical::view::IndexedFile;

/// What was removed has no new number.
const GONE: u32 = u32::MAX;

/// Writes the files of the parts that are there, in their order, without gaps between their numbers.
pub(crate) fn write(out: impl Write, key: &SegmentKey, parts: &[Part<'_>]) -> io::Result<()> {
    let merged: Vec<Renumbered<'_>> = Renumbered::all(parts);
    let mut writer = SegmentWriter::new(out, *key);
    for table in Table::ALL {
        writer.table(table, &merged)?;
    }
    writer.columns(&merged)?;
    writer.symbols(&merged)?;
    writer.files(&merged)?;
    writer.finish()
}

/// A part with the numbers that its files and chunks get.
struct Renumbered<'a> {
    part: Part<'a>,
    files: Vec<u32>,
    docs: Vec<u32>,
}

impl<'a> Renumbered<'a> {
    fn all(parts: &[Part<'a>]) -> Vec<Self> {
        let (mut next_file, mut next_doc) = (0, 0);
        let renumber = |&part: &Part<'a>| {
            let mut files = vec![GONE; part.files() as usize];
            let mut docs = vec![GONE; part.docs() as usize];
            for slot in 0..part.files() {
                let file = part.file(slot);
                if file.is_live() {
                    files[slot as usize] = next_file;
                    next_file += 1;
                    for doc in file.docs() {
                        docs[doc as usize] = next_doc;
                        next_doc += 1;
                    }
                }
            }
            Self { part, files, docs }
        };
        parts.iter().map(renumber).collect()
    }

    /// The new number of what a table lists.
    fn number(&self, table: Table, old: u32) -> u32 {
        let numbers = if table == Table::Paths { &self.files } else { &self.docs };
        numbers.get(old as usize).copied().unwrap_or(GONE)
    }

    /// The files that are there, with their new numbers.
    fn live_files(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        live(&self.files)
    }

    /// The chunks that are there, with their new numbers.
    fn live_docs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        live(&self.docs)
    }
}

/// The old numbers of what is there, with the new ones.
fn live(numbers: &[u32]) -> impl Iterator<Item = (u32, u32)> + '_ {
    (0..).zip(numbers.iter().copied()).filter(|&(_, new)| new != GONE)
}

struct SegmentWriter<W> {
    out: W,
    page: Vec<u8>,
    checksums: Vec<u64>,
    position: u64,
    foot: Foot,
}

impl<W: Write> SegmentWriter<W> {
    fn new(out: W, key: SegmentKey) -> Self {
        let foot = Foot { key, sections: vec![0..0; SECTIONS], ..Foot::default() };
        Self { out, page: Vec::with_capacity(PAGE), checksums: Vec::new(), position: 0, foot }
    }

    fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let fits = bytes.len().min(PAGE - self.page.len());
            let (now, later) = bytes.split_at(fits);
            self.page.extend_from_slice(now);
            self.position += fits as u64;
            if self.page.len() == PAGE {
                self.checksums.push(checksum(&self.page));
                self.out.write_all(&self.page)?;
                self.page.clear();
            }
            bytes = later;
        }
        Ok(())
    }

    /// Writes a section, at a multiple of the widest number.
    fn section(
        &mut self,
        section: Section,
        write: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.put(&[0; 8][..(self.position.wrapping_neg() % 8) as usize])?;
        let start = self.position as usize;
        write(self)?;
        self.foot.sections[section.number()] = start..self.position as usize;
        Ok(())
    }

    /// A table: its lists, then its hashes and where each one's list begins.
    fn table(&mut self, table: Table, merged: &[Renumbered<'_>]) -> io::Result<()> {
        let hashes: Vec<Vec<u32>> = merged.iter().map(|of| of.part.hashes(table)).collect();
        let mut next = vec![0_usize; merged.len()];
        let (mut keys, mut offsets) = (Vec::new(), Vec::new());
        let mut list = ListWriter::default();
        self.section(Section::Lists(table), |writer| {
            let start = writer.position;
            while let Some(hash) = lowest(&hashes, &next) {
                for (of, (hashes, next)) in merged.iter().zip(hashes.iter().zip(&mut next)) {
                    if hashes.get(*next) == Some(&hash) {
                        of.part.each(table, *next, hash, |old, value| {
                            let number = of.number(table, old);
                            if number != GONE {
                                list.push(number, value);
                            }
                        });
                        *next += 1;
                    }
                }
                list.take(|bytes| {
                    if !bytes.is_empty() {
                        keys.push(hash);
                        offsets.push(writer.position - start);
                    }
                    writer.put(bytes)
                })?;
            }
            offsets.push(writer.position - start);
            Ok(())
        })?;
        self.section(Section::Keys(table), |writer| {
            keys.iter().try_for_each(|key| writer.put(&key.to_le_bytes()))
        })?;
        self.section(Section::Offsets(table), |writer| {
            offsets.iter().try_for_each(|offset| writer.put(&offset.to_le_bytes()))
        })
    }

    /// What is of one width for each chunk.
    fn columns(&mut self, merged: &[Renumbered<'_>]) -> io::Result<()> {
        for field in FieldName::ALL {
            let mut total = 0;
            self.each_doc(Section::Length(field), merged, |of, doc| {
                let length = of.part.length(field, doc);
                total += u64::from(length);
                length.to_le_bytes()
            })?;
            self.foot.totals[field as usize] = total;
        }
        self.each_doc(Section::FileOfDoc, merged, |of, doc| {
            of.files[of.part.doc(doc).file as usize].to_le_bytes()
        })?;
        self.each_doc(Section::DocFlags, merged, |of, doc| [of.part.doc(doc).flags])?;
        self.each_doc(Section::Fingerprint, merged, |of, doc| {
            of.part.doc(doc).fingerprint.to_le_bytes()
        })?;
        self.each_doc(Section::DocLines, merged, |of, doc| {
            let LineRange { start, end } = of.part.doc(doc).lines;
            (u64::from(start) | u64::from(end) << u32::BITS).to_le_bytes()
        })
    }

    fn each_doc<const N: usize>(
        &mut self,
        section: Section,
        merged: &[Renumbered<'_>],
        column: impl FnMut(&Renumbered<'_>, u32) -> [u8; N],
    ) -> io::Result<()> {
        self.each(section, merged, |of| &of.docs, column)
    }

    fn each_file<const N: usize>(
        &mut self,
        section: Section,
        merged: &[Renumbered<'_>],
        column: impl FnMut(&Renumbered<'_>, u32) -> [u8; N],
    ) -> io::Result<()> {
        self.each(section, merged, |of| &of.files, column)
    }

    /// A section of one width for each of what is there and has these new numbers.
    fn each<'m, 'a, const N: usize>(
        &mut self,
        section: Section,
        merged: &'m [Renumbered<'a>],
        numbers: impl Fn(&'m Renumbered<'a>) -> &'m [u32],
        mut column: impl FnMut(&Renumbered<'_>, u32) -> [u8; N],
    ) -> io::Result<()> {
        self.section(section, |writer| {
            for of in merged {
                for (old, _) in live(numbers(of)) {
                    writer.put(&column(of, old))?;
                }
            }
            Ok(())
        })
    }

    /// The definitions of each chunk, and where they begin.
    fn symbols(&mut self, merged: &[Renumbered<'_>]) -> io::Result<()> {
        let mut offsets = Vec::new();
        self.section(Section::Symbols, |writer| {
            let start = writer.position;
            for of in merged {
                for (doc, _) in of.live_docs() {
                    offsets.push(writer.position - start);
                    for symbol in of.part.symbols(doc) {
                        writer.put(&symbol_bytes(&symbol))?;
                    }
                }
            }
            offsets.push(writer.position - start);
            Ok(())
        })?;
        self.foot.docs = (offsets.len() - 1) as u32;
        self.section(Section::SymbolOffset, |writer| {
            offsets.iter().try_for_each(|offset| writer.put(&offset.to_le_bytes()))
        })
    }

    /// The files: a record each, their paths, and their ids ascending.
    fn files(&mut self, merged: &[Renumbered<'_>]) -> io::Result<()> {
        let mut ids: Vec<(i64, u32)> = Vec::new();
        let mut languages: Vec<String> = Vec::new();
        let (mut path_end, mut first_doc) = (0_u64, 0_u32);
        self.each_file(Section::Files, merged, |of, slot| {
            let file = of.part.file(slot);
            ids.push((file.file_id, of.files[slot as usize]));
            let path_start = path_end;
            path_end += of.part.path(slot).len() as u64;
            let moved = IndexedFile { first_doc, ..file };
            first_doc += file.doc_count;
            record(&moved, path_start..path_end, language_number(&mut languages, &file))
        })?;
        self.foot.languages = languages;
        self.each_file(Section::FileLength, merged, |of, slot| {
            of.part.file(slot).length.to_le_bytes()
        })?;
        self.each_file(Section::FileNameLength, merged, |of, slot| {
            of.part.name_length(slot).to_le_bytes()
        })?;
        self.each_file(Section::StemWords, merged, |of, slot| [of.part.stem_words(slot)])?;
        self.section(Section::Paths, |writer| {
            let mut all =
                merged.iter().flat_map(|of| of.live_files().map(move |file| (of, file.0)));
            all.try_for_each(|(of, slot)| writer.put(of.part.path(slot).as_bytes()))
        })?;
        self.foot.files = ids.len() as u32;
        ids.sort_unstable();
        self.section(Section::FileIds, |writer| {
            ids.iter().try_for_each(|&(id, slot)| {
                writer.put(&id.to_le_bytes())?;
                writer.put(&u64::from(slot).to_le_bytes())
            })
        })
    }

    fn finish(mut self) -> io::Result<()> {
        let rest = PAGE - self.page.len();
        if rest < PAGE {
            self.put(&vec![0; rest])?;
        }
        let foot = self.foot.write(&self.checksums);
        self.out.write_all(&foot)?;
        self.out.flush()
    }
}

/// The lowest hash that comes next.
fn lowest(hashes: &[Vec<u32>], next: &[usize]) -> Option<u32> {
    let heads = hashes.iter().zip(next).filter_map(|(hashes, &next)| hashes.get(next));
    heads.copied().min()
}

fn symbol_bytes(symbol: &Definition<'_>) -> Vec<u8> {
    let mut out = crate::lexical::codec::Writer::new();
    out.byte(symbol.kind as u8);
    out.number(u64::from(symbol.lines.start));
    out.number(u64::from(symbol.lines.end));
    out.text(symbol.name);
    out.text(symbol.scope);
    out.finish()
}

/// The number of a file's language, which is entered among those that there are.
fn language_number(languages: &mut Vec<String>, file: &IndexedFile) -> u8 {
    let Some(language) = file.language else { return NO_LANGUAGE };
    let known = languages.iter().position(|name| name == language.name());
    let number = known.unwrap_or_else(|| {
        languages.push(language.name().to_owned());
        languages.len() - 1
    });
    u8::try_from(number).unwrap_or(NO_LANGUAGE)
}
