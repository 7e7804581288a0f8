//! What is refused before there is a message: encodings, DOCTYPE, entities, damage, size.

use super::*;
use crate::limits::XML_ATTRIBUTES_MAX;

fn reason(bytes: &[u8]) -> String {
    let refusal = read(bytes).expect_err(&String::from_utf8_lossy(bytes));
    assert_eq!(refusal.stage, crate::refusal::Stage::Xml);
    assert_eq!(refusal.xpath, None);
    refusal.reason
}

#[test]
fn well_formed_documents_become_trees() {
    let tree = read(b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' standalone='yes'?><!-- c --><?pi x?>\n<a x='1 &lt; 2'>\n <b/><c>t &amp; &#x4e2d;<![CDATA[<&>]]></c>\r\n<b>2</b></a>\n").unwrap();
    let root = tree.root().unwrap();
    assert_eq!(root.attribute("x"), Some("1 < 2"));
    let texts: Vec<_> = root
        .children()
        .map(|c| (c.path(), c.text(), c.line()))
        .collect();
    assert_eq!(
        texts,
        [
            ("/a/b[1]".to_owned(), "", 3),
            ("/a/c".to_owned(), "t & 中<&>", 3),
            ("/a/b[2]".to_owned(), "2", 4),
        ]
    );
    let ends = read(b"<a>1\r\n2\r3&#13;&#10;</a>").unwrap();
    assert_eq!(ends.root().unwrap().text(), "1\n2\n3\r\n");
}

#[test]
fn other_encodings_are_named() {
    let utf16 = |text: &str, mark: &[u8]| {
        let mut bytes = mark.to_vec();
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    assert!(reason(&utf16("<a/>", b"\xff\xfe")).contains("UTF-16"));
    assert!(reason(&utf16("<a/>", b"")).contains("UTF-16"));
    assert!(reason(b"\xfe\xff\0<\0a\0/\0>").contains("UTF-16"));
    assert!(reason(b"\0<\0a\0/\0>").contains("UTF-16"));
    assert!(reason(b"\xff\xfe\0\0<\0\0\0").contains("UTF-32"));
    assert!(reason(b"<?xml version='1.0' encoding='GB18030'?><a/>").contains("GB18030"));
    assert!(reason(b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>").contains("UTF-8"));
    assert!(reason(b"<?xml version='1.1'?><a/>").contains("1.0"));
    assert!(reason(b"<a>\xe4</a>").contains("UTF-8"));
    assert!(reason(b"<a>\x01</a>").contains("character"));
    assert!(reason("<a>\u{ffff}</a>".as_bytes()).contains("character"));
}

#[test]
fn a_doctype_is_refused_whatever_it_holds() {
    for doctype in [
        "<!DOCTYPE a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;\">]>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://example.org/x.dtd\"> %p;]>",
        "<!doctype a>",
        "<!DOCTYPE a [",
    ] {
        let _ = reason(format!("{doctype}<a>&x;</a>").as_bytes());
        let _ = reason(format!("<?xml version=\"1.0\"?>\n{doctype}<a/>").as_bytes());
    }
    assert!(reason(b"<!DOCTYPE a><a/>").contains("DOCTYPE"));
}

#[test]
fn only_predefined_entities_exist() {
    for text in [
        "<a>&x;</a>",
        "<a>&nbsp;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>&#-1;</a>",
        "<a>&#+65;</a>",
        "<a>&</a>",
        "<a>a & b</a>",
        "<a>&amp</a>",
        "<a x='&y;'/>",
        "<a x='&amp'/>",
        "<a>&#99999999999999999999;</a>",
        "<a>&#1;</a>",
    ] {
        let _ = reason(text.as_bytes());
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for text in [
        "",
        " ",
        "text",
        "<a",
        "<a>",
        "<a><b></a>",
        "<a></b>",
        "</a>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "<a/>&amp;",
        "<a></a><![CDATA[x]]>",
        "<a x=1/>",
        "<a x/>",
        "<a x='1' x='2'/>",
        "<a x='1'y='2'/>",
        "<a x='<'/>",
        "<a x='1/>",
        "<1a/>",
        "<a:b/>",
        "<a b:c='1'/>",
        "<:a/>",
        "<a:/>",
        "<a:b:c xmlns:a='x'/>",
        "<a xmlns:b=''/>",
        "<a xmlns:b='u' xmlns:c='u' b:x='1' c:x='2'/>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><!-- </a>",
        "<a><![CDATA[ </a>",
        "<a><?xml version='1.0'?></a>",
        "\n<?xml version='1.0'?><a/>",
        "<?xml version='1.0'?><?xml version='1.0'?><a/>",
        "<?xml?><a/>",
        "<a><!ELEMENT a ANY></a>",
        "<a>\0</a>",
        "<a></a x='1'>",
    ] {
        let _ = reason(text.as_bytes());
    }
}

#[test]
fn limits_hold() {
    let nest = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read(nest(XML_DEPTH_MAX).as_bytes()).is_ok());
    assert!(reason(nest(XML_DEPTH_MAX + 1).as_bytes()).contains("nested"));
    assert!(reason("<a>".repeat(1_000_000).as_bytes()).contains("nested"));
    let text = |length: usize| format!("<a>{}</a>", "x".repeat(length));
    assert!(read(text(XML_TEXT_BYTES_MAX).as_bytes()).is_ok());
    assert!(reason(text(XML_TEXT_BYTES_MAX + 1).as_bytes()).contains("longer"));
    let references = format!("<a>{}</a>", "&amp;".repeat(XML_TEXT_BYTES_MAX + 1));
    assert!(reason(references.as_bytes()).contains("longer"));
    let attributes = |count: usize| {
        let list: String = (0..count).map(|n| format!(" x{n}='1'")).collect();
        format!("<a{list}/>")
    };
    assert!(read(attributes(XML_ATTRIBUTES_MAX).as_bytes()).is_ok());
    assert!(reason(attributes(XML_ATTRIBUTES_MAX + 1).as_bytes()).contains("attributes"));
    assert!(reason(format!("<{}/>", "n".repeat(300)).as_bytes()).contains("name"));
    assert!(reason(&vec![b' '; FILE_BYTES_MAX + 1]).contains("bytes"));
}

#[test]
fn many_different_siblings_are_numbered_in_linear_time() {
    let body: String = (0..100_000).map(|n| format!("<e{n}/>")).collect();
    let tree = read(format!("<a>{body}<e7/></a>").as_bytes()).unwrap();
    let last = tree.root().unwrap().children().last().unwrap();
    assert_eq!(last.path(), "/a/e7[2]");
}
