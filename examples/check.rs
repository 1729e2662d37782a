fn main(){ match touchmark::spec::from_folder(std::path::Path::new("specs")) { Ok(s)=>println!("ok {} requirements", s.requirements.len()), Err(f)=>println!("{f}") } }
