"""Names that Faker's weighted lists lack, written for this state.

Here: short lists and the nickname table. Not here: how often they are drawn (`names`).
"""

# given names that became common after about 1995; the weighted lists describe the whole population
RECENT_GIRLS = """Olivia Emma Ava Sophia Mia Isabella Amelia Harper Evelyn Charlotte Luna Aria Madison Addison Aubrey
Brooklyn Chloe Zoey Lily Layla Riley Nora Hazel Aaliyah Kaylee Kylie Skylar Paisley Savannah Bella Nevaeh Ellie Willow
Autumn Piper Quinn Peyton Serenity Trinity Mackenzie Ashlyn Jocelyn Genesis Ximena Camila Valentina Kinsley Emery
Everly Delilah Ivy Jade Lila Makayla Maya Naomi Reagan Ruby Stella Violet Kennedy Khloe""".split()
RECENT_BOYS = """Liam Noah Mason Elijah Oliver Lucas Aiden Jayden Jackson Logan Carter Owen Wyatt Levi Grayson Landon
Hunter Easton Brayden Asher Lincoln Ezra Hudson Kayden Colton Josiah Ryder Chase Jaxon Parker Bentley Cooper Xavier
Axel Maverick Santiago Mateo Diego Emiliano Thiago Gael Iker Braxton Sawyer Silas Micah Kai Jace Ryker Declan Bryson
Camden Finn Jasper Rowan Theo Milo Beckett Knox Zayden""".split()
FADED = set(
    """Barbara Linda Carol Judy Joan Dorothy Betty Shirley Donna Sharon Janet Joyce Marilyn Beverly Phyllis Peggy Gail
    Connie Debra Brenda Pamela Cynthia Diane Cheryl Kathy Sandra Deborah Gary Larry Dennis Roger Jerry Terry Wayne
    Ronald Donald Kenneth Harold Ralph Eugene Russell Roy Gerald Carl Walter Arthur Lawrence Glenn Dale Norman Leonard
    Bruce Keith Randy Ricky Barry Darrell Duane Gordon Leroy Lonnie Vernon Wanda Rhonda Lori Tammy Tina Vicki Glenda
    Rita Paula Darlene Norma Kathleen Patricia Susan Nancy Margaret Karen Lisa""".split()
)
BLACK_GIRLS = """Imani Ebony Keisha Latoya Tanisha Aisha Shanice Deja Jada Kiara Nia Raven Tamika Tyra Precious Diamond
Aniyah Zaniyah Shaniqua Lakeisha Monique Dominique Kenya Zuri Amari Amina""".split()
BLACK_BOYS = """Malik Jamal Darnell DeAndre DeShawn Tyrone Terrell Marquis Jalen Lamar Kareem Rashad Tyrell Trevon
Darius Demetrius Isaiah Kobe Xavion Zaire Kwame Omari Javon Tremaine Devonte Cedric""".split()
BLACK_STARTS = {"F": ["La", "Sha", "Ta", "Ja", "Ke"], "M": ["De", "Ja", "La", "Ke", "Tre"]}
BLACK_ENDS = {
    "F": ["niqua", "tasha", "mika", "nesha", "kayla", "donna", "mya", "nae", "rissa", "quita"],
    "M": ["Shawn", "Marcus", "von", "Vonte", "quan", "Marion", "rell", "mar", "Andre", "kwon"],
}
CHINESE_KOREAN_GIRLS = "Mei Ling Xiaoyan Yan Hui Jing Li Fang Min-Ji Soo-Jin Hye-Jin Eun-Young Ji-Woo Na Ying Hong".split()
CHINESE_KOREAN_BOYS = "Wei Jun Ming Lei Qiang Jian Hao Tao Min-Jun Sung-Ho Jae-Hyun Dong-Hyun Ji-Hoon Bo Feng Yong".split()
CHINESE_KOREAN_SURNAMES = """Wang Li Zhang Liu Chen Yang Huang Wu Zhou Xu Sun Lin Ma Zhu Guo Lee Kim Park Choi Jung Kang
Cho Yoon Chang Lim Chan Wong Ho Cheung Lau Tan Ng""".split()
VIETNAMESE_GIRLS = "Linh Lan Mai Huong Thao Ngoc Hanh Thuy Trang Yen Nhung Phuong Kim Tuyet Van".split()
VIETNAMESE_BOYS = "Nam Hung Tuan Minh Duc Quang Hoang Phuc Long Son Thanh Dung Khanh Bao An".split()
VIETNAMESE_SURNAMES = "Nguyen Tran Le Pham Huynh Vo Dang Bui Do Ho Ngo Duong Ly Phan Vu".split()
VIETNAMESE_MIDDLES = {"F": ["Thi", "Ngoc", "Kim"], "M": ["Van", "Quang", "Duc"]}
NATIVE_SURNAMES = """Begay Yazzie Benally Tsosie Nez Blackhorse Whitehorse Redcloud Littlebear Eagleman Tallman Bitsui
Runningdeer Standingrock Many Feathers Deschenie Peshlakai Locklear Oxendine Chavis""".replace("Many Feathers", "Manyfeathers").split()
PACIFIC_SURNAMES = "Kealoha Tupuola Faleafa Leota Tavita Kamaka Fonoti Sefo Kahananui Malietoa Tauiliili Palelei".split()
PACIFIC_GIRLS = "Leilani Malia Sina Nani Moana Lani Tiana Kalea Losa Mele".split()
PACIFIC_BOYS = "Kai Sione Tavita Kimo Keoni Malakai Tevita Ioane Makoa Lopeti".split()
FILIPINO_SURNAMES = "Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Dela Cruz Villanueva Pascual Aquino Manalo".replace("Dela Cruz", "Delacruz").split()
PARTICLE_SURNAMES = """O'Brien O'Connor O'Neil O'Malley D'Angelo McDonald MacLeod St. John St. Clair Van Dyke Van Horn
De Vries Von Holt Le Blanc Du Bois""".replace("St. ", "St._").replace("Van ", "Van_").replace("De V", "De_V").replace(
    "Von ", "Von_"
).replace("Le B", "Le_B").replace("Du B", "Du_B").split()
PARTICLE_SURNAMES = [name.replace("_", " ") for name in PARTICLE_SURNAMES]
HISPANIC_PARTICLES = ["De La Cruz", "De Leon", "De La Torre", "Del Rio", "De La Rosa", "De Los Santos", "Del Toro"]

_NICKNAMES = """William:Bill,Will,Billy,Liam Robert:Bob,Rob,Bobby James:Jim,Jimmy,Jamie John:Jack,Johnny Richard:Rick,Dick,
Rich Michael:Mike,Mikey Joseph:Joe,Joey Thomas:Tom,Tommy Charles:Chuck,Charlie Christopher:Chris,Topher Daniel:Dan,Danny
Matthew:Matt Anthony:Tony David:Dave,Davey Steven:Steve Edward:Ed,Eddie,Ted Andrew:Andy,Drew Kenneth:Ken,Kenny Joshua:Josh
Timothy:Tim Jeffrey:Jeff Nicholas:Nick Gregory:Greg Samuel:Sam Benjamin:Ben Alexander:Alex,Xander,Sasha Patrick:Pat
Jonathan:Jon,Jonny Nathan:Nate Zachary:Zach,Zack Douglas:Doug Peter:Pete Raymond:Ray Lawrence:Larry Gerald:Jerry
Ronald:Ron,Ronnie Donald:Don,Donnie Philip:Phil Phillip:Phil Frederick:Fred Francisco:Paco,Frank Jose:Pepe Jesus:Chuy
Eduardo:Eddie Guadalupe:Lupe Elizabeth:Liz,Beth,Betsy,Lisa,Eliza Margaret:Maggie,Peggy,Meg Katherine:Kate,Kathy,Katie
Catherine:Cathy,Kate,Cat Patricia:Pat,Patty,Tricia Jennifer:Jen,Jenny Deborah:Deb,Debbie Debra:Deb,Debbie Susan:Sue,Suzie
Barbara:Barb Rebecca:Becky,Becca Kimberly:Kim Jessica:Jess,Jessie Samantha:Sam Victoria:Vicky,Tori Christina:Chris,Tina
Christine:Chris,Tina Pamela:Pam Sandra:Sandy Cynthia:Cindy Amanda:Mandy Melissa:Missy,Mel Stephanie:Steph Jacqueline:Jackie
Dorothy:Dot,Dottie Theresa:Terry,Tess Teresa:Terry,Tess Judith:Judy Kathleen:Kathy Abigail:Abby Alexandra:Alex,Lexi
Alexandria:Alex,Lexi Allison:Ally Angela:Angie Valerie:Val Veronica:Ronnie,Vero Isabella:Bella,Izzy Madison:Maddie
Mackenzie:Kenzie Olivia:Liv Natalie:Nat Gabriella:Gabby Gabriela:Gabby Gabriel:Gabe Vincent:Vince,Vinny Leonard:Leo,Len
Maria:Mari Elijah:Eli Jackson:Jack Josephine:Jo,Josie Eleanor:Ellie,Nora Harold:Hal,Harry Henry:Hank,Harry Walter:Walt"""
NICKNAMES = {
    entry.split(":")[0]: entry.split(":")[1].split(",")
    for entry in _NICKNAMES.replace(",\n", ",").split()
}

STREET_NAMES = """Main Oak Maple Cedar Pine Elm Walnut Chestnut Spruce Birch Willow Poplar Hickory Juniper Sycamore
Washington Lincoln Jefferson Madison Monroe Jackson Franklin Grant Harrison Park Lake Hill River Ridge Valley Meadow
Spring Mill Church School Depot Canal Harbor Bridge Market Commerce Liberty Union Pleasant Highland Prospect Summit
Orchard Garden Forest Grove Fairview Lakeview Sunset Sunrise Heritage Pioneer Prairie Canyon Mesa Cottonwood Sagebrush
Eagle Falcon Heron Kestrel Fox Deer Elkhorn Bluebird Cardinal Quail Antelope Beaver Otter Copper Granite Marble Quarry
Railroad Station Ferry Old_Mill County_Line Mission Vega Aurora Bellevue Cambridge Devon Essex Fulton Geneva""".split()
STREET_NAMES = [name.replace("_", " ") for name in STREET_NAMES] + [
    "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th", "11th", "12th", "14th", "16th", "21st", "33rd",
]  # fmt: skip
STREET_KINDS = ["Street", "Avenue", "Road", "Drive", "Lane", "Court", "Boulevard", "Place"]
STREET_SHORT = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Drive": "Dr", "Lane": "Ln", "Court": "Ct", "Boulevard": "Blvd",
    "Place": "Pl",
}  # fmt: skip
